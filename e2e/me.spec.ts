import type { Page } from '@playwright/test';
import { expectAccessible, expectOneWayScroll, expectQuiet, looksOf } from './fixtures/looks';
import { be, expect, open, test } from './fixtures/pages';
import { HOME, liveIn, one, smallTargets, withUse } from './fixtures/residents';
import { signalAlarm } from './fixtures/storedAlarms';

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

test('a resident lands on the own room; time left is the largest text, then money, and the data tells its age', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'student', { lang: 'zh-CN' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/');
  await expect(page).toHaveURL(/\/me$/);
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

test('a room that is cut for overload says why, what was measured, and what to do', async ({
  context,
  page,
  site,
}) => {
  const room = await one<string>(
    site,
    `select s.code as value from supply_state x join meter_point p on p.id = x.point_id join space s on s.id = p.space_id
       join occupancy o on o.account_id = (select id from account where space_id = s.id limit 1)
      where x.observed = 'OPEN' and p.limit_w = 800 order by s.code limit 1`,
  );
  const tripMs = site.nowMs - 600_000;
  await liveIn(site, room);
  await signalAlarm(site, {
    rule: 'OVERLOAD',
    at: `P-E-${room}`,
    priority: 'P2',
    watts: [1240, 800],
    ageMs: 600_000,
  });
  await site.database.pool.query(
    `update supply_state set changed_ms = $2, reasons = $3
      where point_id = (select id from meter_point where code = $1)`,
    [`P-E-${room}`, tripMs, { SAFETY: { sinceMs: tripMs, by: 'rule:OVERLOAD', cause: 'OVERLOAD' } }],
  );
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me');
  const off = page.getByTestId('off');
  await expect(off).toHaveAttribute('data-why', 'overload');
  await expect(off.getByRole('heading')).toContainText('load over the limit');
  await expect(page.getByTestId('trip')).toContainText(/1,240\sW.*800\sW/s);
  await expect(page.getByTestId('trip')).toContainText('20:54');
  await expect(page.getByTestId('what-to-do')).toContainText('Unplug');
  await expect(page.getByTestId('restore')).toHaveAttribute('data-act', 'confirm_restore');
  await expect(page.getByTestId('confirm-restore')).toBeDisabled();
  await page.getByRole('checkbox').check();
  await expect(page.getByTestId('confirm-restore')).toBeEnabled();
  await expectAccessible(page);
  await expectOneWayScroll(page);
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

test('bars add up to the ledger debit to the micro-unit, an outage is a gap with a note, and the table says the same', async ({
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
  const drawn = await page
    .locator('[data-testid="usage-bar"], [data-testid="usage-gap-notes"] li')
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.debit ?? '0'));
  const debit = drawn.reduce((sum, text) => sum + BigInt(text), 0n);
  const booked = await one<bigint>(
    site,
    `select -sum(e.amount_micro)::bigint as value from ledger_tx t join ledger_entry e on e.tx_id = t.id
       join ledger_account la on la.id = e.ledger_account_id join account a on a.id = la.account_id
      where a.code = $1 and t.kind in ('charge', 'reversal')
        and split_part(t.key, ':', 4)::bigint >= $2 and split_part(t.key, ':', 5)::bigint <= $3`,
    [`A-${HOME}`, Date.parse('2026-11-11T00:00:00+08:00'), Date.parse('2026-11-12T00:00:00+08:00')],
  );
  expect(debit).toBe(booked);
  await expect(page.getByTestId('usage-debit')).toHaveAttribute('data-micro', booked.toString());
  const empty = page.locator('[data-testid="usage-bar"]').nth(15);
  expect(await empty.getAttribute('data-quantity')).toBeNull();
  await page.getByTestId('table-twin').click();
  const rows = await page
    .locator('[data-testid="usage-table"] tbody tr')
    .evaluateAll((all) => all.map((each) => (each as HTMLElement).dataset.debit!));
  expect(rows.reduce((sum, text) => sum + BigInt(text), 0n)).toBe(booked);
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
  await expect(page.getByTestId('proof-verdict')).toHaveAttribute('data-equal', 'true');
  await expectOneWayScroll(page);
});

test('no answer to a resident holds another room', async ({ context, page, site }) => {
  const told: string[] = [];
  page.on('response', async (response) => {
    const type = response.headers()['content-type'] ?? '';
    if (/json|html|x-component/.test(type)) told.push(await response.text().catch(() => ''));
  });
  await be(context, site, 'student', { lang: 'en' });
  for (const path of PAGES) await open(page, site, path);
  const text = told.join('\n');
  expect(text).toContain(HOME);
  const others = await site.database.pool.query<{ code: string }>(
    "select code from space where kind = 'ROOM' and code <> $1",
    [HOME],
  );
  const leaked = others.rows.filter(({ code }) => new RegExp(`["'-]${code}["'\\\\]`).test(text));
  expect(leaked).toEqual([]);
});

for (const [lang, theme] of looksOf(0))
  test(`${lang}, ${theme}: pages of a resident are accessible, calm, large enough to tap, and scroll one way down to 320 px`, async ({
    context,
    page,
    site,
  }) => {
    test.setTimeout(240_000);
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
        }
      });
    }
  });

test('the first page is light and stands still while it loads', async ({ context, page, site }) => {
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
  await page.addInitScript(() => {
    (window as unknown as { shift: number }).shift = 0;
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries())
        (window as unknown as { shift: number }).shift += (entry as unknown as { value: number }).value;
    }).observe({ type: 'layout-shift', buffered: true });
  });
  await be(context, site, 'student', { lang: 'zh-CN' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me');
  await expect(page.getByTestId('today')).toBeVisible();
  expect(await page.evaluate(() => (window as unknown as { shift: number }).shift)).toBeLessThan(SHIFT_MAX);
  expect(bytes).toBeGreaterThan(50_000);
  expect(bytes).toBeLessThan(SCRIPT_MAX_BYTES);
});

test('it can be put on a phone, and offline it says so in words instead of the browser’s error', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me');
  const href = await page.locator('link[rel="manifest"]').getAttribute('href');
  const manifest = await (await context.request.get(new URL(href!, site.url).href)).json();
  expect(manifest).toMatchObject({ start_url: '/me', scope: '/me', display: 'standalone', lang: 'en' });
  for (const { src } of manifest.icons as { src: string }[])
    expect((await context.request.get(site.url + src)).status(), src).toBe(200);
  await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined));
  await context.setOffline(true);
  await page.reload();
  await expect(page.getByTestId('page-me-shell')).toBeVisible();
  await expect(page.locator('#pay')).toContainText('Top-up is not possible offline');
  await context.setOffline(false);
  await expect(page.getByTestId('page-me')).toBeVisible({ timeout: 45_000 });
});
