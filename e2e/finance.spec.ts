import { parseReceipt, receiptText } from '../domain/credit/receiptText';
import { FixedClock } from '../domain/time/clock';
import { textFromMicro } from '../domain/units';
import { applyTopUp } from '../engine/applyTopUp';
import { checkpointKey } from '../engine/checkpointKey';
import { silentLog } from '../engine/context';
import { ingestReadings } from '../engine/ingestReadings';
import { makeCheckpoint } from '../engine/makeCheckpoint';
import { openDoor } from './fixtures/door';
import { expectAccessible, expectOneWayScroll, looksOf } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { storeUse } from './fixtures/storedUse';

const ROOM = '7-405';
const ACCOUNT = `A-${ROOM}`;
const REFERENCE = 'E2E-RECEIPT-1';
/** Entries that the page loads at a time. */
const PAGE = 50;
const DESK = { width: 1440, height: 900 };
const PHONE = { width: 360, height: 780 };

const ctxOf = (site: Site) => ({ clock: new FixedClock(site.nowMs), log: silentLog });
const seal = (site: Site) =>
  makeCheckpoint(site.database, ctxOf(site), { key: checkpointKey(site.signingKey) });

/** A room with use that was charged, a charge that a late reading replaced, and a top-up over the counter; all sealed. */
async function fill(site: Site): Promise<void> {
  const { rows: known } = await site.database.pool.query('select 1 from payment where reference = $1', [
    REFERENCE,
  ]);
  if (known.length > 0) return;
  await storeUse(site, { room: ROOM, days: 3 });
  const { rows } = await site.database.pool.query<{ from: bigint; to: bigint; at: number }>(
    `select lag(value_micro) over (order by ts) as "from", value_micro as "to", (extract(epoch from ts) * 1000)::float8 as at
       from reading r join meter m on m.id = r.meter_id where m.code = $1 order by ts limit 60`,
    [`E-${ROOM}`],
  );
  // An hour with a change of price in it (17:30 on the campus): use moves from one period to the other.
  const late = rows.find(
    ({ from, to, at }) => from !== null && to - from > 10_000n && (at / 3_600_000) % 24 === 10,
  )!;
  const gateway = site.plan.document.meters.find(({ code }) => code === `E-${ROOM}`)?.gateway ?? null;
  await ingestReadings(site.database, ctxOf(site), [
    {
      site: site.plan.document.campus.code,
      gatewayCode: gateway,
      rxMs: site.nowMs,
      reading: {
        meterCode: `E-${ROOM}`,
        tsMs: late.at - 300_000,
        boot: null,
        seq: null,
        registers: { EA: textFromMicro(late.from + ((late.to - late.from) * 9n) / 10n) },
        powerW: null,
        voltageV: null,
        currentA: null,
        pf: null,
        relay: null,
        valve: null,
        extra: null,
        epochMark: null,
      },
    },
  ]);
  await applyTopUp(site.database, ctxOf(site), {
    campusId: site.campusId,
    accountCode: ACCOUNT,
    amountMicro: 50_000_000n,
    channel: 'counter',
    reference: REFERENCE,
    actor: 'user:zhaomin',
  });
  await seal(site);
}

test('the ledger offers nothing to edit or delete; balances recompute equal; the file sums like the screen', async ({
  context,
  page,
  site,
}) => {
  await fill(site);
  await be(context, site, 'zhaomin');
  await open(page, site, `/finance/ledger?span=ALL&room=${ROOM}`);
  const ledger = page.getByTestId('ledger');
  await expect(ledger.getByTestId('ledger-row').first()).toBeVisible();
  const words = (await ledger.getByRole('button').allInnerTexts()).join(' ');
  expect(words).not.toMatch(/edit|delete|remove|change/i);
  expect(await ledger.locator('[contenteditable=true], input[type=checkbox]').count()).toBe(0);
  const sum = page.getByTestId('ledger-sum');
  const count = Number(await sum.getAttribute('data-count'));
  const entries = ledger.getByTestId('ledger-row');
  for (let shown = PAGE; shown < count; shown += PAGE) {
    await expect(entries).toHaveCount(shown);
    await page.getByRole('button', { name: 'Older entries' }).click();
  }
  await expect(entries).toHaveCount(count);
  const verdicts = await ledger
    .getByTestId('ledger-row')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-recomputed')));
  expect(new Set(verdicts)).toEqual(new Set(['equal']));
  const file = await page.request.get(
    `${site.url}${await page.getByTestId('ledger-export').getAttribute('href')}`,
  );
  const lines = (await file.text()).replace('\uFEFF', '').trim().split('\r\n');
  const column = lines[0]!.split(',').indexOf('amount_cny');
  const total = lines
    .slice(1)
    .reduce((all, line) => all + BigInt(line.split(',')[column]!.replace('.', '')), 0n);
  expect(lines.length - 1).toBe(count);
  expect(total.toString()).toBe(await sum.getAttribute('data-micro'));
});

test('a reversal and its original lead to each other; order and operator find a top-up', async ({
  context,
  page,
  site,
}) => {
  await fill(site);
  await be(context, site, 'zhaomin');
  await open(page, site, `/finance/ledger?span=ALL&room=${ROOM}`);
  const reversal = page.locator('[data-testid="ledger-row"][data-kind="reversal"]').first();
  const reversalId = await reversal.getAttribute('data-tx');
  await reversal.getByTestId('reverses').click();
  const original = page.locator('[data-testid="ledger-row"][data-kind="charge"]');
  await expect(original).toHaveCount(1);
  await original.getByTestId('reversed-by').click();
  await expect(page.locator(`[data-testid="ledger-row"][data-tx="${reversalId}"]`)).toHaveCount(1);
  // A charge that stands is given back by hand: it stays, and both name each other.
  await open(page, site, `/finance/ledger?span=ALL&room=${ROOM}`);
  const standing = page
    .locator('[data-testid="ledger-row"][data-kind="charge"]')
    .filter({ has: page.getByTestId('reverse') })
    .first();
  const chargeId = await standing.getAttribute('data-tx');
  await standing.getByTestId('prove').click();
  const proof = page.getByTestId('proof-dialog').getByTestId('proof');
  const { rows: proven } = await site.database.pool.query<{ tx: string }>(
    'select tx_id::text as tx from charge where id = $1',
    [await proof.getAttribute('data-charge')],
  );
  expect(proven).toEqual([{ tx: chargeId }]);
  await page.keyboard.press('Escape');
  await expect(proof).toHaveCount(0);
  await standing.getByTestId('reverse').click();
  const dialog = page.getByTestId('reverse-dialog');
  await expect(dialog.getByRole('button', { name: 'Reverse' })).toBeDisabled();
  await dialog.getByTestId('reverse-reason').fill('Charged to the wrong room.');
  await dialog.getByRole('button', { name: 'Reverse' }).click();
  await expect(dialog).toHaveCount(0);
  await open(page, site, `/finance/ledger?span=ALL&order=${chargeId}`);
  await expect(page.getByTestId('reversed-by').first()).toBeVisible();
  await expect(page.getByTestId('reverse')).toHaveCount(0);
  await open(
    page,
    site,
    `/finance/ledger?span=ALL&order=${REFERENCE}&operator=${encodeURIComponent('赵敏')}`,
  );
  await expect(page.locator('[data-testid="ledger-row"][data-kind="topup"]')).toHaveCount(1);
  await expect(page.getByTestId('kpi-online')).toBeVisible();
});

test('a receipt verifies in a browser that nothing answers, and a changed one is refused in words', async ({
  context,
  page,
  site,
}) => {
  await fill(site);
  const { rows } = await site.database.pool.query<{ tx: string }>(
    'select tx_id::text as tx from payment where reference = $1',
    [REFERENCE],
  );
  await be(context, site, 'zhaomin');
  await page.goto(`${site.url}/finance/ledger`);
  await page.goto(`${site.url}/receipts/${rows[0]!.tx}`);
  await expect(page.getByTestId('receipt-amount')).toContainText('50.00');
  // What the code does not hold stands apart.
  await expect(page.getByTestId('receipt-proven')).toContainText(REFERENCE);
  await expect(page.getByTestId('receipt-proven').getByText('Room', { exact: true })).toHaveCount(0);
  await expect(page.getByTestId('receipt-beside')).toContainText('Campus');
  await expect(page.getByTestId('receipt-beside')).toContainText(ROOM);
  const address = (await page.getByTestId('receipt-qr').getAttribute('data-url'))!;
  expect(Buffer.byteLength(address)).toBeLessThanOrEqual(1_500);
  const receipt = address.slice(address.indexOf('#') + 1);
  // An installed page has no button of a browser's to leave by.
  await page.getByTestId('receipt-back').click();
  await expect(page).toHaveURL(/\/finance\/ledger/);
  await context.clearCookies();
  await context.addCookies([{ name: 'lang', value: 'en', url: site.url }]);
  // Somebody opens the page once; later the code is scanned where no server answers.
  const door = await openDoor(site.url);
  await page.goto(`${door.url}/verify`);
  await expect(page.getByTestId('page-verify')).toBeVisible();
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await page.close();
  await door.close();
  await expect(fetch(`${door.url}/verify`)).rejects.toThrow();
  const scanned = await context.newPage();
  await scanned.goto(`${door.url}/verify#${receipt}`);
  const outcome = scanned.getByTestId('verify-outcome');
  await expect(outcome).toHaveAttribute('data-genuine', 'true');
  await expect(scanned.getByTestId('page-verify')).toContainText('50.00');
  const { tx, ...proof } = parseReceipt(receipt);
  const richer = tx.postings.map((posting) => ({ ...posting, a: posting.a + 40_000_000n }));
  await scanned.getByRole('textbox').fill(receiptText({ ...proof, tx: { ...tx, postings: richer } }));
  await expect(outcome).toHaveAttribute('data-genuine', 'false');
  await expect(outcome).toContainText('not genuine');
  await expect(outcome).toContainText('amount, account, time or reference were changed');
});

test('a charge is contested by one tap under its proof, decided by finance, and the outcome stands there', async ({
  context,
  page,
  site,
}) => {
  await fill(site);
  await be(context, site, 'zhaomin');
  await open(page, site, `/rooms/${ROOM}`);
  await page.getByTestId('open-proof').first().click();
  await expect(page.getByTestId('proof-verdict')).toHaveAttribute('data-outcome', 'equal');
  await page.getByTestId('contest-reason').first().click();
  await expect(page.getByTestId('contest')).toHaveAttribute('data-state', 'opened');
  await expect(page.getByTestId('contest'), 'stored as a code, told in words').toContainText('We used less');
  const { rows: stored } = await site.database.pool.query(
    'select reason from dispute order by id desc limit 1',
  );
  expect(stored).toEqual([{ reason: 'USED_LESS' }]);
  await be(context, site, 'qianfeng');
  await open(page, site, '/finance/disputes');
  await page.getByTestId('open-dispute').first().click();
  await expect(page.getByTestId('evidence-hash')).toHaveAttribute('data-equal', 'true');
  await expect(page.getByTestId('evidence-outcome')).toHaveAttribute('data-outcome', 'equal');
  await page.getByLabel('Why (the payer reads it)').fill('The readings bear it out.');
  const amount = page.getByTestId('decision').getByLabel('Amount');
  const contested = await amount.inputValue();
  await amount.fill('499.00');
  await page.getByRole('button', { name: 'Uphold: give back' }).click();
  await expect(page.getByTestId('decision').getByRole('alert')).toHaveText('At most what is contested');
  await amount.fill(contested);
  await page.getByTestId('reject-dispute').click();
  await expect(page.getByTestId('dispute-outcome')).toContainText('The readings bear it out.');
  await open(page, site, `/rooms/${ROOM}`);
  await page.getByTestId('open-proof').first().click();
  await expect(page.getByTestId('contest')).toContainText('Rejected');

  // What was rejected is taken up again by finance alone, and decided by somebody else than who took it up.
  await open(page, site, '/finance/disputes');
  await page.getByTestId('open-dispute').first().click();
  const again = page.getByTestId('take-up-again');
  await again.getByLabel('What speaks for it now').fill('The meter was found to be loose.');
  await again.getByRole('button', { name: 'Take up again' }).click();
  await expect(again).toHaveCount(0);
  await expect(page.getByTestId('dispute-dialog')).toContainText('The meter was found to be loose.');
  await expect(page.getByTestId('evidence')).toContainText(
    /[\d.]+\skWh × ¥0\.\d{4}\/kWh \(paid by the account\)/,
  );
  await expectAccessible(page);
  await page.getByLabel('Why (the payer reads it)').fill('It was tight.');
  await page.getByTestId('reject-dispute').click();
  await expect(page.getByTestId('decision').getByRole('alert')).toContainText('does not decide');
  await be(context, site, 'zhaomin');
  await open(page, site, '/finance/disputes');
  await expect(page.getByTestId('dispute-row').first()).toHaveAttribute('data-state', 'opened');
  await page.getByTestId('open-dispute').first().click();
  await page.getByLabel('Why (the payer reads it)').fill('It was tight.');
  await page.getByTestId('reject-dispute').click();
  await expect(page.getByTestId('dispute-outcome')).toContainText('It was tight.');

  // Once readings are no longer kept, the proof speaks of the rest alone; the evidence holds them.
  await site.database.pool.query(
    'delete from reading where meter_id = (select id from meter where code = $1)',
    [`E-${ROOM}`],
  );
  await open(page, site, `/rooms/${ROOM}`);
  await page.getByTestId('open-proof').first().click();
  await expect(page.getByTestId('proof-verdict')).toHaveAttribute('data-outcome', 'part');
  await expect(page.getByTestId('not-recomputed').getByRole('listitem')).toHaveText([
    /^Not recomputed: Use in each price period.*older than readings are kept/,
    /^Not recomputed: Tiers, payers and surcharges.*older than readings are kept/,
  ]);
  await open(page, site, '/finance/disputes');
  await page.getByTestId('open-dispute').first().click();
  await expect(page.getByTestId('evidence-outcome')).toHaveAttribute('data-outcome', 'equal');
});

test('a bank sheet is taken once, what it leaves in suspense finds its account, and cash goes back to its payments', async ({
  context,
  page,
  site,
}) => {
  await fill(site);
  await be(context, site, 'zhaomin');
  await open(page, site, '/finance/payments');
  const sheet = [
    'reference,amount,account',
    `E2E-B1,12.50,${ACCOUNT}`,
    'E2E-B2,8.00,A-7-40',
    `E2E-B3,8.,${ACCOUNT}`,
  ].join('\n');
  const rows = page.getByTestId('sheet-row');
  const readIn = async () => {
    await page
      .getByTestId('sheet-file')
      .setInputFiles({ name: 'bank.csv', mimeType: 'text/csv', buffer: Buffer.from(sheet) });
    await expect(rows).toHaveCount(0);
    await page.getByTestId('read-sheet').click();
    await expect(rows).toHaveCount(3);
    return rows.evaluateAll((all) => all.map((row) => row.getAttribute('data-verdict')));
  };
  expect(await readIn()).toEqual(['credited', 'suspense', 'invalid']);
  expect(await readIn()).toEqual(['already', 'already', 'invalid']);
  const item = page.locator('[data-testid="suspense-row"][data-reference="E2E-B2"]');
  await expect(item).toContainText('A-7-40');
  await item.getByTestId('resolve').click();
  const found = page.getByTestId('suspense-dialog');
  await expect(found.getByRole('button', { name: 'Credit to the account' })).toBeDisabled();
  await found.getByTestId('suspense-account').fill(ACCOUNT);
  await found.getByTestId('suspense-note').fill('The payer called: a digit was missing.');
  await found.getByRole('button', { name: 'Credit to the account' }).click();
  await expect(item).toHaveCount(0);

  await page.getByTestId('new-refund').click();
  const refund = page.getByTestId('refund-dialog');
  await refund.getByTestId('refund-account').fill(ACCOUNT);
  await refund.getByTestId('refund-amount').fill('100.00');
  await refund.getByTestId('refund-reason').fill('Moved out.');
  const book = refund.getByRole('button', { name: 'Refund ¥100.00' });
  await expect(book).toBeEnabled();
  // More than any one payment of the room: it goes back to several.
  const parts = await refund.getByTestId('refund-parts').getByRole('listitem').count();
  expect(parts).toBeGreaterThan(1);
  await book.click();
  await expect(refund).toHaveCount(0);
  const byHand = page
    .locator('[data-testid="refund-row"][data-state="by_hand"]')
    .filter({ hasText: 'Moved out.' });
  await expect(byHand).toHaveCount(parts);
  for (let left = parts - 1; left >= 0; left--) {
    await byHand.first().getByTestId('hand-out').click();
    const given = page.getByTestId('hand-out-dialog');
    await given.getByRole('textbox').fill(`E2E-OUT-${left}`);
    await given.getByRole('button', { name: 'Given back' }).click();
    await expect(byHand).toHaveCount(left);
  }
  await open(page, site, `/finance/ledger?span=ALL&room=${ROOM}`);
  const booked = page.locator('[data-testid="ledger-row"][data-kind="refund"]');
  await expect(booked).toHaveCount(parts);
  const micro = await booked.evaluateAll((all) => all.map((row) => Number(row.getAttribute('data-micro'))));
  expect(micro.reduce((sum, one) => sum + one, 0)).toBe(-100_000_000);
});

test('money of a fund is drafted by one of finance and approved by another', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'zhaomin');
  await open(page, site, '/finance/accounts');
  await page.getByTestId('new-fund').click();
  const fund = page.getByTestId('fund-dialog');
  await fund.getByLabel('Code').fill('E2E-AID');
  await fund.getByLabel('Name', { exact: true }).fill('助学');
  await fund.getByLabel('Budget').fill('1000');
  await fund.getByRole('button', { name: 'Open the fund' }).click();
  await expect(page.locator('[data-fund="E2E-AID"]')).toContainText('¥1,000.00');
  await page.getByLabel('Room, account or person').fill(ROOM);
  await page.getByRole('button', { name: 'Find' }).click();
  await page.locator(`[data-account="${ACCOUNT}"]`).getByRole('link').click();
  await expect(page.getByTestId('pots')).toContainText('Cash');
  await page.getByTestId('new-subsidy').click();
  const dialog = page.getByTestId('subsidy-dialog');
  const [first, last] = await Promise.all(
    ['First day', 'Last day'].map((label) => dialog.getByLabel(label).boundingBox()),
  );
  expect(first!.y, 'fields side by side stand in one line').toBe(last!.y);
  await dialog.getByTestId('grant-amount').fill('30.00');
  await dialog.getByLabel('Fund').selectOption('E2E-AID');
  await dialog.getByTestId('grant-note').fill('Scholarship.');
  await dialog.getByRole('button', { name: 'Draft it' }).click();
  const grant = page.getByTestId('grant').filter({ hasText: 'Scholarship.' });
  await expect(grant).toHaveAttribute('data-state', 'draft');
  await expect(grant.getByTestId('approve-grant')).toBeDisabled();
  await expect(grant).toContainText('another person must approve it');
  await be(context, site, 'qianfeng');
  await open(page, site, `/finance/accounts/${ACCOUNT}`);
  await grant.getByTestId('approve-grant').click();
  await expect(grant).toHaveAttribute('data-state', 'approved');
  await expect(grant).toContainText('approved by 钱峰');

  await page.getByTestId('new-gift').click();
  const gift = page.getByTestId('gift-dialog');
  await gift.getByLabel('Amount').fill('5');
  await gift.getByLabel('Why').fill('Without a cause.');
  await gift.getByRole('button', { name: 'Draft it' }).click();
  await be(context, site, 'zhaomin');
  await page.reload();
  const refused = page.getByTestId('grant').filter({ hasText: 'Without a cause.' });
  await refused.getByTestId('reject-grant').click();
  await expect(refused).toHaveAttribute('data-state', 'rejected');
  await expect(refused).toContainText('rejected by 赵敏');
  await expect(refused, 'nobody approved it').not.toContainText('approved by');
});

for (const [lang, theme] of looksOf(0))
  test(`finance's pages are accessible: ${lang}, ${theme}`, async ({ context, page, site }) => {
    await fill(site);
    await be(context, site, 'zhaomin', { lang, theme });
    for (const path of [
      '/finance/ledger?span=ALL',
      '/finance/disputes',
      '/finance/payments',
      '/finance/payments?refund=',
      '/finance/accounts',
      `/finance/accounts/${ACCOUNT}`,
    ]) {
      await page.setViewportSize(DESK);
      await open(page, site, path);
      await expectAccessible(page);
      await expectOneWayScroll(page);
      await page.setViewportSize(PHONE);
      await expectOneWayScroll(page);
    }
    await page.goto(`${site.url}/verify`);
    await expectAccessible(page);
  });
