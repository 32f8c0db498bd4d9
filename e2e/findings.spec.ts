import { withTransaction } from '../db/client';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { applyAlarmSignal } from '../engine/applyAlarmEvent';
import { readableInEveryLook } from './fixtures/everyLook';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { alarmsWereLongAgo } from './fixtures/storedAlarms';

const HOUR_MS = 3_600_000;

/** A finding as its job over closed hours would have told it. */
async function find(site: Site, rule: AlarmRuleCode, point: string, evidence: object): Promise<string> {
  const { rows } = await site.database.pool.query<{ id: number; spaceId: number }>(
    'select id, space_id as "spaceId" from meter_point where code = $1',
    [point],
  );
  const { id, spaceId } = rows[0]!;
  const atMs = site.nowMs - HOUR_MS;
  const alarm = await withTransaction(site.database, (tx) =>
    applyAlarmSignal(tx, atMs, {
      ...{ rule, kind: 'RAISE', atMs },
      subject: { campusId: site.campusId, type: 'POINT', id, spaceId },
      evidence: { unit: 'KWH', ...evidence },
    }),
  );
  return String(alarm);
}

let ids: { loss: string; anomaly: string; vacant: string };

test.beforeEach(async ({ site, calmed: _ }) => {
  await alarmsWereLongAgo(site);
  ids = {
    anomaly: await find(site, 'CONSUMPTION_ANOMALY', 'P-E-C-102', { value: 40, limit: null, z: 8.2 }),
    loss: await find(site, 'NON_TECHNICAL_LOSS', 'D7-2', { value: 16, limit: 2, cusum: 21, days: 3 }),
    vacant: await find(site, 'VACANT_USE', 'P-E-7-412', { value: 2, limit: 0.2, days: 1 }),
  };
});

test('findings stand by what they cost, each with its evidence, and a verdict given there is in the list', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei', { lang: 'en' });
  await open(page, site, '/alarms');
  await page.getByRole('link', { name: 'Findings' }).click();
  await page.waitForURL('**/alarms/findings');
  const rows = page.getByTestId('finding');
  await expect(rows).toHaveCount(3);
  const worths = await rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.worth));
  // An energy manager sees tariffs, and no money of who lives in a room.
  expect(worths.at(-1)).toBe('withheld');
  expect(Number(worths[0])).toBeGreaterThanOrEqual(Number(worths[1]));
  await expect(rows.last()).toContainText('withheld');
  await page.locator(`[data-id="${ids.anomaly}"]`).getByRole('button').click();
  await expect(page).toHaveURL(new RegExp(`id=${ids.anomaly}`));
  const pane = page.getByTestId('finding-pane');
  await pane.getByTestId('chart-twin').click();
  await expect(pane.getByRole('row')).toHaveCount(97);
  await expect(pane.locator('[data-figure="z"]')).toContainText('8.2');
  await pane.getByTestId('judge-true').click();
  await page.getByTestId('judge-dialog').getByRole('button', { name: 'Judge', exact: true }).click();
  await expect(page.locator(`[data-id="${ids.anomaly}"]`)).not.toContainText('open');
});

test('they are readable by everybody in either language, on a desk and on a phone', async ({
  context,
  page,
  site,
}) => {
  await readableInEveryLook(
    { context, page, site },
    'linwei',
    [`/alarms/findings?id=${ids.anomaly}`],
    async (path) => {
      await open(page, site, path);
      await expect(page.getByTestId('finding-pane').getByTestId('alarm-verdict')).toBeVisible();
    },
  );
});
