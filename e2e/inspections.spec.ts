import { withTransaction } from '../db/client';
import { insertInspections, type NewInspection } from '../db/queries/inspections';
import {
  checkOf,
  checkOfFaults,
  type DeviceCheck,
  found,
  overallResult,
} from '../domain/inspection/deviceCheck';
import { expectAccessible, expectOneWayScroll, expectQuiet, LOOKS } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';

const DAY = 86_400_000;
const METER = 'E-7-311';

const sound: readonly DeviceCheck[] = [
  checkOf('CLOCK', found('CLOCK_WITHIN', { seconds: 3.2, limit: 60 })),
  checkOf('COMMS', found('REPORTS_CAME', { received: 8_612, expected: 8_640, percent: 99.6 })),
  checkOf('RELAY', found('SWITCH_AS_WANTED', { position: 'CLOSED', operations: 41 })),
  checkOf('REGISTER', found('REGISTER_MOVES', { quantity: 6.213, unit: 'kWh' })),
  checkOf('SENSORS', found('SENSORS_REPORT', { sensors: 'ires temp' })),
];
const failing: readonly DeviceCheck[] = [
  sound[0]!,
  checkOf('COMMS', found('DARK_ABOVE')),
  checkOfFaults(
    'RELAY',
    [found('COMMANDS_NOT_PROVEN', { failed: 2 }), found('OPEN_WITH_LOAD', { powerW: 84, limit: 20 })],
    found('SWITCH_UNSEEN'),
  ),
  checkOf('REGISTER', found('REGISTER_STILL', { byPower: 1.4 })),
  checkOf('SENSORS', found('NO_SENSORS')),
];
const unheard: readonly DeviceCheck[] = [
  checkOf('CLOCK', found('CLOCK_NOT_PROVEN')),
  checkOf('COMMS', found('CAMPUS_UNHEARD', { percent: 12 })),
  ...failing.slice(4),
];

/** Twenty-eight nights: the last one failed, as did another, and two were unknown. */
async function storeNights(site: Site): Promise<void> {
  const { rows } = await site.database.pool.query<{ id: number; pointId: number }>(
    `select m.id, i.point_id as "pointId" from meter m join meter_install i on i.meter_id = m.id and i.valid_to is null where m.code = $1`,
    [METER],
  );
  const { id, pointId } = rows[0]!;
  const nights = Array.from({ length: 28 }, (_, at): NewInspection => {
    const toMs = Date.parse('2026-11-12T00:00:00+08:00') - (27 - at) * DAY;
    const checks = at === 27 || at === 9 ? failing : at === 14 || at === 15 ? unheard : sound;
    return {
      ...{
        campusId: site.campusId,
        kind: 'METER',
        id,
        pointId,
        atMs: toMs + 660_000,
        fromMs: toMs - DAY,
        toMs,
      },
      ...{ day: new Date(toMs - DAY / 2).toISOString().slice(0, 10), result: overallResult(checks), checks },
      ...{ standing: [], sensors: {}, askedBy: null },
    };
  });
  await withTransaction(site.database, ({ client }) => insertInspections(client, nights));
}

test('a meter shows what its nights found, in words and as a strip whose nights are told apart without colour', async ({
  context,
  page,
  site,
}) => {
  await storeNights(site);
  await be(context, site, 'linwei');
  await open(page, site, `/meters/${METER}`);
  const panel = page.getByTestId('inspection');
  await expect(panel.locator('[data-check="relay"]')).toHaveAttribute('data-result', 'fail');
  await expect(panel.locator('[data-check="relay"]')).toContainText('84 W flow through the open relay.');
  await expect(panel.locator('[data-check="comms"]')).toContainText('Unknown');
  await expect(panel.locator('[data-check="register"]')).toContainText('its own power came to 1.4 kWh');
  const states = await panel
    .getByTestId('night')
    .evaluateAll((nights) => nights.map((each) => (each as HTMLElement).dataset.result));
  expect(states).toHaveLength(30);
  expect(states.slice(0, 2)).toEqual(['none', 'none']);
  expect(states.at(-1)).toBe('fail');
  await expect(panel.getByTestId('nights-counted')).toContainText('failed: 2');
  await expect(panel.getByTestId('failed-night').last()).toContainText('Relay, valve, Register');
  // Each result stands at a height of its own.
  const heightOf = (result: string) =>
    panel
      .locator(`[data-testid="night"][data-result="${result}"] i`)
      .first()
      .evaluate((bar) => Math.round(bar.getBoundingClientRect().height));
  const heights = [
    await heightOf('none'),
    await heightOf('pass'),
    await heightOf('unknown'),
    await heightOf('fail'),
  ];
  expect(new Set(heights).size).toBe(4);
  expect(heights).toEqual([...heights].sort((a, b) => a - b));

  await open(page, site, '/admin/meters?inspection=FAIL');
  await expect(page.getByTestId('fleet-row')).toHaveCount(1);
  await expect(page.getByTestId('fleet-row')).toHaveAttribute('data-meter', METER);
  await expect(page.getByTestId('inspection-failed')).toContainText('self-check failed');
});

test('a check that is asked for is shown at once and written down, and is offered to who may ask', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'guoning');
  await open(page, site, '/meters/E-7-310');
  const panel = page.getByTestId('inspection');
  await expect(panel).toContainText('Not inspected yet');
  await panel.getByTestId('inspect-now').click();
  await expect(panel.getByTestId('check')).toHaveCount(5);
  await expect(panel).toContainText('asked for');
  const { rows } = await site.database.pool.query(
    `select actor, after->>'result' as result from audit_log where action = 'METER_INSPECTED' and target = 'meter:E-7-310'`,
  );
  expect(rows).toEqual([{ actor: 'user:guoning', result: expect.stringMatching(/PASS|FAIL|UNKNOWN/) }]);
  // Nights alone are a history, and no use of a room is told to who may not see it.
  await expect(panel.locator('[data-testid="night"][data-result="none"]')).toHaveCount(30);
  await expect(panel).not.toContainText('kWh');
});

for (const [lang, theme] of LOOKS)
  test(`${lang}, ${theme}: the nights are accessible, quiet, and one way to scroll on a phone`, async ({
    context,
    page,
    site,
  }, testInfo) => {
    await storeNights(site);
    await be(context, site, 'linwei', { lang, theme });
    await page.setViewportSize({ width: 1440, height: 900 });
    await open(page, site, `/meters/${METER}`);
    const panel = page.getByTestId('inspection');
    await expect(panel.getByTestId('failed-night').first()).toBeVisible();
    await panel.scrollIntoViewIfNeeded();
    await expectAccessible(page);
    await panel.screenshot({ path: testInfo.outputPath('desk.png') });
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      await expectOneWayScroll(page);
      await panel.screenshot({ path: testInfo.outputPath(`phone-${width}.png`) });
    }
    await expectQuiet(page);
  });
