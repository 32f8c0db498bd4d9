import { silentLog } from '../engine/context';
import { quotaNotices } from '../server/jobs/quotaNotices';
import {
  expectAccessible,
  expectOneWayScroll,
  expectQuiet,
  leastDistance,
  lightness,
  looksOf,
} from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';

const CHEMISTRY = '/quota/DEPT-CHEMISTRY';
const count = async (site: Site, sql: string): Promise<number> =>
  (await site.database.pool.query<{ n: number }>(sql)).rows[0]!.n;
const numberIn = (text: string | null) =>
  Number(/([\d,]+(?:\.\d+)?)/.exec(text ?? '')![1]!.replaceAll(',', ''));

test.describe.configure({ mode: 'serial' });

test('departments stand in the order of their forecast, and bars say over and under to every eye', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/quota');
  const rows = page.getByTestId('department-row');
  await expect(rows).toHaveCount(5);
  const order = await rows.evaluateAll((all) =>
    all.map((row) => Number(row.getAttribute('data-expected-ppm'))),
  );
  expect(order).toEqual([...order].sort((left, right) => right - left));
  expect(order[0]).toBeGreaterThan(1_000_000);
  expect(order.at(-1)).toBeLessThan(1_000_000);
  await expect(rows.first()).toContainText('over by');
  await expect(rows.last()).toContainText('under by');
  for (const theme of ['light', 'dark'] as const) {
    await be(context, site, 'linwei', { theme });
    await page.reload();
    const colour = (row: typeof rows) =>
      row
        .getByTestId('quota-bar')
        .locator('> span')
        .evaluate((bar) => getComputedStyle(bar).color);
    const [over, under] = [await colour(rows.first()), await colour(rows.last())];
    expect(leastDistance(over, under), theme).toBeGreaterThan(20);
  }
});

test('typing a quota moves its dates before anything is saved; saving needs a reason and makes a version', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/quota');
  const before = await count(site, 'select count(*)::int as n from quota');
  await page.getByRole('button', { name: 'Set quota of School of Chemistry' }).click();
  const full = page.getByTestId('crossing-100').locator('dd');
  await expect(full).toHaveText('on 28 Nov, expected');
  await page.getByTestId('quota-limit').fill('50,000');
  await expect(full).toHaveText(/^on 2\d Nov, expected$/);
  await expect(full).not.toHaveText('on 28 Nov, expected');
  await page.getByTestId('quota-limit').fill('20000');
  await expect(full).toHaveText(/^reached on \d+ Nov$/);
  await page.getByTestId('quota-limit').fill('90000');
  await expect(full).toHaveText('not this month');
  await expect(page.getByTestId('preview-months')).toContainText(/whole month/);
  await expect(page.getByTestId('quota-preview')).toContainText(/History: \d+ days, since \d+ Oct/);
  await page.getByTestId('quota-limit').fill('-3');
  await page.getByRole('button', { name: /Save as version/ }).click();
  await expect(page.getByText('A quota is a number above 0.')).toBeVisible();
  await expect(page.getByText('Say why, in a few words.')).toBeVisible();
  expect(await count(site, 'select count(*)::int as n from quota')).toBe(before);
  await page.getByTestId('quota-limit').fill('66000.5');
  await page.getByTestId('quota-reason').fill('New spectrometer');
  await page.getByRole('button', { name: 'Save as version 2' }).click();
  await expect(page.getByTestId('quota-form')).toHaveCount(0);
  await expect(page.getByTestId('department-row').filter({ hasText: 'Chemistry' })).toContainText('66,001');
  await open(page, site, CHEMISTRY);
  const versions = page.getByTestId('version-row');
  await expect(versions).toHaveCount(2);
  await expect(versions.first()).toContainText('New spectrometer');
  expect(await count(site, "select count(*)::int as n from audit_log where action = 'QUOTA_SET'")).toBe(1);
});

test('a second manager who saw the older version is told, and overwrites nothing', async ({
  browser,
  site,
}) => {
  const contexts = await Promise.all(
    ['linwei', 'gaolei'].map(async (person) => {
      const context = await browser.newContext();
      await be(context, site, person);
      return context;
    }),
  );
  const pages = await Promise.all(contexts.map((context) => context.newPage()));
  for (const page of pages) {
    await open(page, site, '/quota?set=DEPT-LIBRARY');
    await page.getByTestId('quota-limit').fill('51000');
    await page.getByTestId('quota-reason').fill('Shorter opening hours');
  }
  await pages[0]!.getByRole('button', { name: /Save as version/ }).click();
  await expect(pages[0]!.getByTestId('quota-form')).toHaveCount(0);
  await pages[1]!.getByRole('button', { name: /Save as version/ }).click();
  await expect(pages[1]!.getByTestId('quota-form')).toContainText('Somebody else set this quota meanwhile');
  for (const context of contexts) await context.close();
});

test('the verdict says what the numbers below it say, and those are what the meters measured', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, CHEMISTRY);
  const { rows } = await site.database.pool.query<{ used: bigint; after: bigint }>(
    `select sum(h.quantity_micro)::bigint as used,
            sum(h.quantity_micro) filter (where not (extract(isodow from l.at) < 6
                and extract(hour from l.at) between 8 and 19))::bigint as after
       from reading_hourly h join meter m on m.id = h.meter_id
       cross join lateral (select h.hour at time zone 'Asia/Shanghai' as at) l
      where m.code like 'E-C-%' and l.at >= '2026-11-01'`,
  );
  const kwh = (micro: bigint) => Math.round(Number(micro) / 1e6);
  const bullet = page.getByTestId('quota-bullet');
  const heading = await bullet.getByRole('heading').textContent();
  expect(numberIn(heading)).toBe(kwh(rows[0]!.used));
  await expect(bullet).toContainText(`after hours ${kwh(rows[0]!.after).toLocaleString('en-US')}`);
  const spoken = await bullet.getByRole('img').first().getAttribute('aria-label');
  const forecast = /forecast ([\d,]+) kWh, (\d+) % of quota/.exec(spoken!.replaceAll('\u202F', ' '))!;
  const verdict = (await page.getByTestId('verdict').textContent())!.replaceAll('\u202F', ' ');
  const told = /end at (\d+) % of quota, crossing 100 % on (\d+ Nov)/.exec(verdict)!;
  expect(Math.abs(Number(told[1]) - Number(forecast[2]))).toBeLessThanOrEqual(1);
  await expect(bullet).toContainText(told[2]!);
  const circuits = page.getByTestId('circuits');
  await expect(circuits).not.toContainText(/[\u4e00-\u9fff]/);
  const foot = circuits.locator('tfoot td');
  const sums = (await foot.allTextContents()).map((text) => text.replaceAll(',', ''));
  expect(Number(sums[2])).toBe(kwh(rows[0]!.used));
  expect(Number(sums[4])).toBe(kwh(rows[0]!.after));
  expect(Number.parseFloat(sums[5]!)).toBe(
    Math.round((Number(rows[0]!.after) / Number(rows[0]!.used)) * 100),
  );
});

test('the forecast has its range, its method and a table that says the same', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'chensiyuan');
  await open(page, site, CHEMISTRY);
  await expect(page.getByTestId('method')).toContainText(/Forecast: use so far, plus .* 80.% of cases/);
  await expect(page.getByTestId('completeness')).toContainText('7 hours missing, Instrument centre 5 Nov');
  await expect(page.getByTestId('quota-bullet').getByRole('img').first()).toHaveAccessibleName(
    /10th to 90th percentile [\d,]+ to [\d,]+/,
  );
  const burnUp = page.getByTestId('burn-up');
  await burnUp.getByTestId('chart-twin').click();
  const last = await burnUp.locator('tbody tr').last().locator('td, th').allTextContents();
  const [low, median, high] = last.slice(2).map((text) => Number(text.replaceAll(',', '')));
  expect(low!).toBeLessThan(median!);
  expect(median!).toBeLessThan(high!);
  await expect(page.getByTestId('months')).toContainText('2 months of data');
});

test('the head of one department is told whom to ask about another, and sets nothing', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'chensiyuan');
  await open(page, site, '/quota');
  await expect(page.getByTestId('department-row')).toHaveCount(1);
  await expect(page.getByRole('button', { name: /Set quota/ })).toHaveCount(0);
  await page.goto(`${site.url}/quota/DEPT-LIBRARY`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Library is another department');
  await expect(page.locator('main').first()).toContainText('energy managers and auditors');
  await expect(page.locator('main').first()).toContainText('林薇');
  const csv = await page.request.get(`${site.url}/quota/DEPT-LIBRARY/report/csv`);
  expect(csv.status()).toBe(403);
  await page.goto(`${site.url}/quota/NOWHERE`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
});

test('92 % tells head and manager, raises no alarm, and stands on the page', async ({
  context,
  page,
  site,
}) => {
  const { pool } = site.database;
  await pool.query(
    `insert into quota (campus_id, department_id, utility, month, version, limit_micro, thresholds, set_by, set_at, reason)
     select q.campus_id, q.department_id, q.utility, q.month, q.version + 1,
            (select sum(h.quantity_micro)::bigint * 100 / 92 from reading_hourly h join meter m on m.id = h.meter_id
              where m.code like 'E-AD-%' and h.hour >= '2026-11-01T00:00:00+08:00'),
            q.thresholds, q.set_by, to_timestamp($1::float8 / 1000), 'S10'
       from quota q join department d on d.id = q.department_id
      where d.code = 'DEPT-ADMINISTRATION' and q.month = '2026-11'`,
    [site.nowMs],
  );
  const alarms = await count(site, 'select count(*)::int as n from alarm');
  await quotaNotices({
    database: site.database,
    engine: { clock: { now: () => site.nowMs }, log: silentLog },
  });
  const { rows } = await pool.query(
    `select n.body->>'role' as role, n.body->>'percent' as percent from notice n join department d on d.id = n.department_id
      where n.kind = 'QUOTA' and d.code = 'DEPT-ADMINISTRATION' order by 1`,
  );
  expect(rows).toEqual([
    { role: 'DEPARTMENT_HEAD', percent: '90' },
    { role: 'ENERGY_MANAGER', percent: '90' },
  ]);
  expect(await count(site, 'select count(*)::int as n from alarm')).toBe(alarms);
  await be(context, site, 'linwei');
  await open(page, site, '/quota/DEPT-ADMINISTRATION');
  await expect(page.locator('main')).toContainText(/Told so far: .*90.% on 12 Nov/);
});

test('the report is A4, holds its rows together, reads in grey, and equals its CSV', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'chensiyuan');
  await open(page, site, `${CHEMISTRY}/report`);
  const pdf = (await page.pdf({ preferCSSPageSize: true, printBackground: true })).toString('latin1');
  const boxes = [...pdf.matchAll(/\/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]/g)];
  expect(boxes.length).toBeGreaterThan(0);
  for (const [, width, height] of boxes) {
    expect(Number(width)).toBeCloseTo(595.3, 0);
    expect(Number(height)).toBeCloseTo(841.9, 0);
  }
  await page.emulateMedia({ media: 'print' });
  const sheet = page.getByTestId('report-sheet');
  for (const row of await sheet.locator('tr').all()) await expect(row).toHaveCSS('break-inside', 'avoid');
  await expect(page.getByTestId('alarm-bar')).toBeHidden();
  const greys = await sheet
    .locator('svg')
    .first()
    .locator('rect')
    .evaluateAll((all) => all.map((one) => getComputedStyle(one).fill));
  const levels = greys.filter((fill) => fill.startsWith('rgb')).map(lightness);
  for (const [index, level] of levels.entries())
    for (const other of levels.slice(index + 1)) expect(Math.abs(level - other)).toBeGreaterThan(15);
  await expect(page.getByTestId('report-completeness')).toContainText(/hourly values measured, 99\.\d.%/);
  await expect(page.getByTestId('report-method')).toContainText('circuit registers');
  await page.emulateMedia({ media: 'screen' });
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByTestId('report-csv').click(),
  ]);
  expect(download.suggestedFilename()).toBe('quota-DEPT-CHEMISTRY-2026-11.csv');
  const { readFile } = await import('node:fs/promises');
  const text = await readFile((await download.path())!, 'utf8');
  expect(text.codePointAt(0)).toBe(0xfeff);
  const [head, ...lines] = text.slice(1).trim().split('\r\n');
  const column = head!.split(',').indexOf('used_kwh');
  const micro = (line: string) => BigInt(line.split(',').at(column)!.replace('.', ''));
  const cells = await page
    .getByTestId('report-circuits')
    .locator('td[data-micro]')
    .evaluateAll((all) => all.map((cell) => cell.getAttribute('data-micro')!));
  expect(lines.map((line) => micro(line).toString())).toEqual(cells);
  expect(lines.slice(0, -1).reduce((sum, line) => sum + micro(line), 0n)).toBe(micro(lines.at(-1)!));
  expect(lines[0]).toContain('2026-11-01T00:00:00+08:00');
  expect(
    await count(site, "select count(*)::int as n from audit_log where action = 'QUOTA_REPORT_EXPORTED'"),
  ).toBe(1);
});

test('a browser in New York shows campus days and the same totals', async ({
  browser,
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, CHEMISTRY);
  const here = await page.getByTestId('quota-bullet').getByRole('heading').textContent();
  const far = await browser.newContext({ timezoneId: 'America/New_York', locale: 'en-US' });
  await be(far, site, 'linwei');
  const there = await far.newPage();
  await open(there, site, CHEMISTRY);
  await expect(there.getByTestId('quota-bullet').getByRole('heading')).toHaveText(here!);
  await expect(there.getByTestId('quota-bullet')).toContainText('Readings to 21:04');
  await expect(there.getByTestId('circuits')).toContainText('1–12 Nov');
  await far.close();
});

test('an earlier month ends as a fact, and the month stays in the address', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, CHEMISTRY);
  await page.getByRole('button', { name: 'Previous month: October 2026' }).click();
  await expect(page).toHaveURL(/month=2026-10/);
  await expect(page.getByTestId('verdict')).toContainText(/^Ended at \d+.% of quota/);
  await page.reload();
  await expect(page.getByTestId('verdict')).toContainText(/^Ended at/);
  await expect(page.getByTestId('quota-bullet')).not.toContainText('forecast');
});

for (const [lang, theme] of looksOf(1))
  test(`${lang}, ${theme}: accessible, quiet, and one way to scroll on a phone`, async ({
    context,
    page,
    site,
  }) => {
    test.setTimeout(180_000);
    await be(context, site, 'linwei', { lang, theme });
    for (const path of ['/quota', CHEMISTRY, `${CHEMISTRY}/report`, '/quota?set=DEPT-LIBRARY']) {
      await page.setViewportSize({ width: 1440, height: 900 });
      await open(page, site, path);
      if (path.includes('set=')) await expect(page.getByTestId('quota-limit')).toBeVisible();
      await expectAccessible(page);
      await expectQuiet(page);
      for (const width of [390, 320]) {
        await page.setViewportSize({ width, height: 844 });
        await expectOneWayScroll(page);
      }
      await expect(page.getByTestId('alarm-bar')).toBeInViewport();
    }
  });
