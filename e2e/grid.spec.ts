import { readableInEveryLook } from './fixtures/everyLook';
import { be, expect, open, type Site, test } from './fixtures/pages';

const FEEDER = { point: 'C-1', meter: 'E-C-1' };
const at = (time: string) => Date.parse(`2026-11-12T${time}+08:00`);
/** Hours in which the feeder's own meter is not read. */
const UNREAD = [at('03:00'), at('04:00')];

/**
 * Six weeks of the feeder: what the circuits below it counted and 3 % more, of two hours nothing; and its rule, which has learned
 * 3 % and found 2,000 kWh a day beyond it for three days.
 */
async function storeFeeder(site: Site): Promise<void> {
  const { pool } = site.database;
  await pool.query(
    `insert into reading_hourly (meter_id, hour, quantity_micro, readings, first_ts, last_ts)
     select (select id from meter where code = $1), h.hour, (sum(h.quantity_micro) * 1.03)::bigint, 1, max(h.last_ts), max(h.last_ts)
       from feeder_link l join meter_point p on p.id = l.parent_point_id
       join meter_install i on i.point_id = l.child_point_id join reading_hourly h on h.meter_id = i.meter_id
      where p.code = $2 and not (h.hour = any($3::timestamptz[])) group by h.hour`,
    [FEEDER.meter, FEEDER.point, UNREAD.map((ms) => new Date(ms))],
  );
  const state = {
    ...{ date: '2026-11-11', cusum: 20, daysOver: 3, daysUnder: 0, active: true },
    history: Array.from({ length: 20 }, (_, day) => ({ lossKwh: 29 + (day % 3), supplyKwh: 1_000 })),
    excessKwh: [2_000, 2_000, 2_000],
  };
  await pool.query(
    `insert into rule_state (rule, campus_id, subject_type, subject_id, state)
     select 'NON_TECHNICAL_LOSS', campus_id, 'POINT', id, $2 from meter_point where code = $1`,
    [FEEDER.point, JSON.stringify(state)],
  );
}

async function forgetFeeder(site: Site): Promise<void> {
  const { pool } = site.database;
  await pool.query('delete from reading_hourly where meter_id = (select id from meter where code = $1)', [
    FEEDER.meter,
  ]);
  await pool.query(`delete from rule_state where rule = 'NON_TECHNICAL_LOSS' and subject_type = 'POINT'`);
}

test.beforeEach(({ site }) => storeFeeder(site));
test.afterEach(({ site }) => forgetFeeder(site));

test('the transformer of the overview leads to all feeders, the nearest to its rating first, and each to its own page', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/overview');
  await page.getByTestId('kpi-transformer').click();
  await page.waitForURL('**/grid');
  const rows = page.getByTestId('grid-row');
  await expect(rows.filter({ hasText: 'Transformer' })).toHaveCount(2);
  const shares = await rows.evaluateAll((all) =>
    all.map((row) => Number((row as HTMLElement).dataset.share)),
  );
  const known = shares.filter((share) => !Number.isNaN(share));
  expect(known.length).toBeGreaterThan(15);
  // The gateway of AD is off the network: nothing of now is said of its feeder.
  await expect(rows.filter({ hasText: 'AD-1' })).toHaveAttribute('data-share', 'unknown');
  await expect(rows.filter({ hasText: 'D1-1' })).toHaveAttribute('data-outlook', 'learning');
  const row = page.locator(`[data-testid="grid-row"][data-code="${FEEDER.point}"]`);
  await expect(row).toHaveAttribute('data-outlook', /calm|breach/);
  await row.getByRole('link', { name: FEEDER.point }).click();
  await page.waitForURL(`**/meters/${FEEDER.meter}`);
  await expect(page.getByTestId('feeder-load')).toContainText('of its rating');
  await expect(page.getByTestId('headroom')).toContainText('kW');
});

test('losses are percent where they are known and unknown where not, with what is expected and what the rest may be', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, `/meters/${FEEDER.meter}`);
  const losses = page.getByTestId('feeder-losses');
  await expect(page.getByTestId('loss-summary')).toContainText('Expected 3.0');
  await losses.getByTestId('chart-twin').click();
  const cells = await losses.getByRole('row').allTextContents();
  const unknown = cells.filter((row) => row.includes('Unknown'));
  expect(unknown.filter((row) => /03:00|04:00/.test(row) && row.includes('—'))).toHaveLength(2);
  expect(cells.filter((row) => /2\.9/.test(row)).length).toBeGreaterThan(60);
  const cause = page.getByTestId('loss-cause');
  await expect(cause).toHaveAttribute('data-cause', 'unmetered');
  await expect(cause).toContainText('For 3 days 2,000.0');
  await expect(page.getByTestId('loss-branch')).toHaveCount(1);
  // The roof on its transformer gives back on another register.
  await open(page, site, '/meters/E-TR-A');
  await expect(losses).toContainText('not known');
  await expect(page.getByTestId('loss-branch').first()).toBeVisible();
});

test('both are readable by everybody in either language, on a desk and on a phone', async ({
  context,
  page,
  site,
}) => {
  await readableInEveryLook(
    { context, page, site },
    'linwei',
    ['/grid', `/meters/${FEEDER.meter}`],
    async (path) => {
      await open(page, site, path);
      await expect(page.getByTestId(path === '/grid' ? 'grid-row' : 'loss-branch').first()).toBeVisible();
    },
  );
});
