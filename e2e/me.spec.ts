import type { BrowserContext, Page } from '@playwright/test';
import { expectAccessible, expectOneWayScroll, expectQuiet, looksOf } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { clippedWords, HOME, liveIn, one, roomWithLimit, smallTargets, withUse } from './fixtures/residents';

const PHONE = { width: 390, height: 844 };
const PAGES = [
  '/me',
  '/me/usage',
  '/me/usage?step=day',
  '/me/usage?step=month',
  '/me/topup?new=1',
  '/me/account',
];
/** Script of the first page, compressed, as it comes over the air. */
const SCRIPT_MAX_BYTES = 350_000;
const SHIFT_MAX = 0.1;

test.beforeEach(async ({ site }) => {
  await withUse(site);
  await liveIn(site, HOME);
});

/** Size of the largest text on the page, and what it is. */
async function largestText(page: Page): Promise<{ px: number; text: string; inTimeLeft: boolean }> {
  return page.evaluate(() => {
    let largest = { px: 0, text: '', inTimeLeft: false };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const parent = node.parentElement!;
      const text = node.textContent!.trim();
      if (text === '' || parent.getBoundingClientRect().height === 0) continue;
      if (['SCRIPT', 'STYLE'].includes(parent.tagName)) continue;
      const px = Number.parseFloat(getComputedStyle(parent).fontSize);
      const inTimeLeft = parent.closest('[data-testid="time-left-figure"]') !== null;
      if (px > largest.px) largest = { px, text, inTimeLeft };
    }
    return largest;
  });
}

/** Bytes of script that a page takes, compressed, as they come over the air. */
async function countScript(context: BrowserContext, page: Page): Promise<() => number> {
  let bytes = 0;
  const client = await context.newCDPSession(page);
  await client.send('Network.enable');
  const scripts = new Set<string>();
  client.on('Network.responseReceived', ({ requestId, type }) => {
    if (type === 'Script') scripts.add(requestId);
  });
  client.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (scripts.has(requestId)) bytes += encodedDataLength;
  });
  return () => bytes;
}

test('a resident lands on the own room, light and standing still; time left is the largest text, then money, and the data tells its age', async ({
  context,
  page,
  site,
}) => {
  const scriptBytes = await countScript(context, page);
  await page.addInitScript(() => {
    (window as unknown as { shift: number }).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (window as unknown as { shift: number }).shift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await be(context, site, 'student', { lang: 'zh-CN' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/');
  await expect(page).toHaveURL(/\/me$/);
  await expect(page.getByTestId('today')).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(SHIFT_MAX);
  expect(scriptBytes()).toBeGreaterThan(50_000);
  expect(scriptBytes()).toBeLessThan(SCRIPT_MAX_BYTES);
  const largest = await largestText(page);
  expect(largest).toMatchObject({ px: 56, inTimeLeft: true });
  const hours = await one<number>(
    site,
    'select t.hours as value from time_left t join account a on a.id = t.account_id where a.code = $1',
    [`A-${HOME}`],
  );
  expect(largest.text).toBe(String(Math.floor(hours / 24)));
  const available = await one<bigint>(
    site,
    'select available_micro as value from account_balance b join account a on a.id = b.account_id where a.code = $1',
    [`A-${HOME}`],
  );
  await expect(page.getByTestId('balance')).toHaveAttribute('data-micro', available.toString());
  await expect(page.getByTestId('units-left')).toHaveText(/^≈\s[\d.]+\skWh$/);
  const age = page.getByTestId('data-age');
  await expect(age).toBeVisible();
  await expect(age).toHaveAttribute('data-age-s', /^\d+$/);
  await expect(age).toHaveAttribute('data-fresh', 'fresh');
  await expect(page.getByTestId('today')).toContainText(/[\d.]+\skWh/);
  await expect(page.getByTestId('today-similar')).toHaveAttribute('data-rooms', /^\d\d$/);
  await expect(page.getByTestId('power-tile')).toHaveAttribute('data-position', 'closed');
});

test('a load over the limit of the room says so in words, with what to do; all notices can be read', async ({
  context,
  page,
  site,
}) => {
  const room = await roomWithLimit(site, 0);
  await liveIn(site, room);
  await site.database.pool.query(
    `update meter_state set last_ms = last_ms + 1, power_w = 1095 where meter_id = (
       select i.meter_id from meter_install i join meter_point p on p.id = i.point_id where p.code = $1)`,
    [`P-E-${room}`],
  );
  await site.database.pool.query(
    `insert into notice (campus_id, kind, account_id, at_ms, dedupe_key, body)
     select campus_id, 'SUPPLY_CUT', id, $1::bigint - n * 3600000, 'me-' || n,
            '{"alarm": 4711, "rule": "OVERLOAD", "power": 1730, "limit": 800, "valve": false}'
       from account, generate_series(1, 30) n where code = $2`,
    [site.nowMs, `A-${room}`],
  );
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me');
  await expect(page.getByTestId('over-limit')).toContainText(/1,095\sW of 800\sW.*Unplug/s);
  const tile = page.getByTestId('power-tile').filter({ has: page.getByTestId('room-limit') });
  await expect(tile).toHaveAttribute('data-over', 'true');
  await expect(tile).toContainText('Over the limit');
  await expect(page.getByTestId('room-limit')).toContainText(/800\sW, limit of the room/);
  await expectOneWayScroll(page);
  await expectAccessible(page);
  const rows = page.getByTestId('notices').getByRole('listitem');
  await expect(rows).toHaveCount(5);
  await expect(rows.first()).toContainText(
    /Incident 4711: staff cut the power\. Overload: 1,730\sW, limit 800\sW/,
  );
  await page.getByTestId('notices-all').click();
  await expect(page.getByTestId('notices-older')).toBeVisible();
  await expect(rows).toHaveCount(20);
  await page.getByTestId('notices-older').click();
  await expect(page.getByTestId('notices-older')).toHaveCount(0);
  expect(await rows.count()).toBeGreaterThanOrEqual(30);
});

test('two meters give two tiles, each with its own state', async ({ context, page, site }) => {
  const room = await one<string>(
    site,
    `select s.code as value from account a join space s on s.id = a.space_id join account_point p on p.account_id = a.id
      where a.kind = 'ROOM' group by s.code having count(*) = 3 order by s.code limit 1`,
  );
  await liveIn(site, room);
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me');
  const tiles = page.getByTestId('power-tile');
  await expect(tiles).toHaveCount(3);
  const points = await tiles.evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.point));
  expect(new Set(points).size).toBe(3);
  for (const tile of await tiles.all())
    await expect(tile).toHaveAttribute('data-position', /closed|open|unknown/);
  await expect(page.getByTestId('tier-left')).toContainText('kWh');
});

/** What bars and gaps of the drawn span come to, µ. */
async function drawnDebit(page: Page): Promise<bigint> {
  const drawn = await page
    .locator('[data-testid="usage-bar"], [data-testid="usage-gap-notes"] li')
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.debit ?? '0'));
  return drawn.reduce((sum, text) => sum + BigInt(text), 0n);
}

/** What charges of campus days took from the account, straight from the ledger, µ. */
async function debitBetween(site: Site, from: string, to: string): Promise<bigint> {
  return one<bigint>(
    site,
    `select -sum(e.amount_micro)::bigint as value from ledger_tx t join ledger_entry e on e.tx_id = t.id
       join ledger_account la on la.id = e.ledger_account_id join account a on a.id = la.account_id
      where a.code = $1 and t.kind in ('charge', 'reversal')
        and split_part(t.key, ':', 4)::bigint >= $2 and split_part(t.key, ':', 5)::bigint <= $3`,
    [`A-${HOME}`, Date.parse(`${from}T00:00:00+08:00`), Date.parse(`${to}T00:00:00+08:00`)],
  );
}

test('bars of day, week and month add up to the ledger debit to the micro-unit, an outage is a gap with a note, and the table says the same', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me/usage?step=day');
  await page.getByTestId('earlier').click();
  await expect(page.getByTestId('usage-gap')).toHaveCount(1);
  await expect(page.getByTestId('span')).toContainText('11 Nov');
  await expect(page.getByTestId('usage-gap-notes')).toContainText(/14:00–17:15: no reading.*[\d.]+\skWh, ¥/);
  const debit = await drawnDebit(page);
  const booked = await debitBetween(site, '2026-11-11', '2026-11-12');
  expect(debit).toBe(booked);
  await expect(page.getByTestId('usage-debit')).toHaveAttribute('data-micro', booked.toString());
  const empty = page.locator('[data-testid="usage-bar"]').nth(15);
  expect(await empty.getAttribute('data-quantity')).toBeNull();
  await page.getByTestId('table-twin').click();
  const rows = await page
    .locator('[data-testid="usage-table"] tbody tr')
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.debit!));
  expect(rows.reduce((sum, text) => sum + BigInt(text), 0n)).toBe(booked);
  await page.getByTestId('table-twin').click();
  for (const [step, from, to] of [
    ['Week', '2026-11-09', '2026-11-16'],
    ['Month', '2026-11-01', '2026-12-01'],
  ] as const) {
    await page.getByRole('radio', { name: step }).click();
    const sum = await debitBetween(site, from, to);
    await expect(page.getByTestId('usage-debit')).toHaveAttribute('data-micro', sum.toString());
    expect(await drawnDebit(page), step).toBe(sum);
    const similar = page.getByTestId('compare-similar');
    await expect(similar).toHaveAttribute('data-rooms', /^\d\d$/);
    const [low, median, high] = (await similar.getAttribute('data-middle'))!.split(' ').map(Number);
    expect(low! <= median! && median! <= high! && low! > 0).toBe(true);
    await expect(page.getByTestId('compare-before')).toContainText(/[\d.]+\skWh, ¥/);
  }
});

test('a day opens to its charges, and a charge to its proof, recomputed equal in this browser', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me/usage');
  await page.getByTestId('open-day').first().click();
  await page.getByTestId('open-proof').first().click();
  await expect(page.getByTestId('proof-verdict')).toHaveAttribute('data-outcome', 'equal');
  await expectOneWayScroll(page);
});

test('what finance decided about a contested charge is told with its verdict, and leads to the charges of that day', async ({
  context,
  page,
  site,
}) => {
  const chargedMs = site.nowMs - 3 * 86_400_000;
  await site.database.pool.query(
    `insert into notice (campus_id, kind, account_id, at_ms, dedupe_key, body)
     select campus_id, 'DISPUTE_DECIDED', id, $2::bigint, 'e2e:decided', jsonb_build_object('verdict', 'REJECTED', 'chargedMs', $3::bigint)
       from account where code = $1`,
    [`A-${HOME}`, site.nowMs, chargedMs],
  );
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me');
  const notice = page.getByTestId('notices').locator('[data-kind="dispute_decided"]');
  await expect(notice).toContainText('Finance rejected');
  await notice.getByRole('link', { name: 'Charges of that day' }).click();
  const day = new Intl.DateTimeFormat('en', { timeZone: 'Asia/Shanghai', day: 'numeric' }).format(chargedMs);
  await expect(page.getByTestId('span')).toContainText(`${day} `);
  await expect(page.getByTestId('open-proof').first()).toBeVisible();
});

/** Every answer that a page gets, as text. */
function listenTo(page: Page): Promise<string>[] {
  const told: Promise<string>[] = [];
  page.on('response', (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (/json|html|x-component/.test(type)) told.push(response.text().catch(() => ''));
  });
  return told;
}

for (const [lang, theme] of looksOf(0))
  test(`${lang}, ${theme}: pages of a resident are accessible, calm, large enough to tap, scroll one way down to 320 px, and hold no other room`, async ({
    context,
    page,
    site,
  }) => {
    test.setTimeout(240_000);
    const told = listenTo(page);
    await be(context, site, 'student', { lang, theme });
    for (const path of PAGES) {
      await test.step(path, async () => {
        await page.setViewportSize(PHONE);
        await open(page, site, path);
        await expectAccessible(page);
        await expectQuiet(page);
        expect(await smallTargets(page), path).toEqual([]);
        for (const width of [390, 360, 320, 1440]) {
          await page.setViewportSize({ width, height: 844 });
          await expectOneWayScroll(page);
          expect(await clippedWords(page), `${path} at ${width}`).toEqual([]);
        }
      });
    }
    const text = (await Promise.all(told)).join('\n');
    expect(text).toContain(HOME);
    const others = await site.database.pool.query<{ code: string }>(
      "select code from space where kind = 'ROOM' and code <> $1",
      [HOME],
    );
    const leaked = others.rows.filter(({ code }) => new RegExp(`["'-]${code}["'\\\\]`).test(text));
    expect(leaked).toEqual([]);
  });
