import { FixedClock } from '../domain/time/clock';
import { silentLog } from '../engine/context';
import { settleLimits } from '../engine/settleLimits';
import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, test } from './fixtures/pages';
import { liveIn, roomWithLimit } from './fixtures/residents';

/** The smallest phone that is supported. */
const PHONE = { width: 360, height: 780 };

test('a resident sets the own limit on a phone: on its way, then in force once the meter has it, and staff see whose it is', async ({
  browser,
  context,
  page,
  site,
}) => {
  const room = await roomWithLimit(site, 3);
  await liveIn(site, room);
  await be(context, site, 'student', { lang: 'en' });
  await page.setViewportSize(PHONE);
  await open(page, site, '/me');
  const panel = page.getByTestId('own-limit');
  await expect(panel.getByTestId('own-limit-now')).toContainText(/800\sW the limit that staff set/);
  await panel.getByTestId('own-limit-open').click();
  const dialog = page.getByTestId('own-limit-dialog');
  await dialog.getByLabel('Limit, W').fill('900');
  await expect(dialog).toContainText(/Not above 800\sW, the limit that staff set/);
  await expect(dialog.getByTestId('own-limit-send')).toBeDisabled();
  await dialog.getByLabel('Limit, W').fill('600');
  await dialog.getByLabel(/^Why/).fill('old wiring');
  await expectAccessible(page);
  await expectOneWayScroll(page);
  await dialog.getByTestId('own-limit-send').click();
  await expect(dialog).toHaveCount(0);
  const asked = panel.getByTestId('own-limit-asked');
  await expect(asked).toHaveAttribute('data-state', 'under_way');
  await expect(asked).toContainText(/600\sW is on its way to the meter/);
  await expect(panel.getByTestId('own-limit-now'), 'not before it is proven').toContainText(/800\sW/);

  await site.database.pool.query(
    `update command set state = 'VERIFIED', finished_ms = $2::bigint
      where op = 'set_limit' and finished_ms is null and point_id = (select id from meter_point where code = $1)`,
    [`P-E-${room}`, site.nowMs],
  );
  await settleLimits(site.database, { clock: new FixedClock(site.nowMs), log: silentLog });
  await expect(panel.getByTestId('own-limit-now')).toContainText(
    /600\sW your own limit; staff allow up to 800\sW/,
  );
  await expect(asked).toHaveCount(0);
  await expect(page.getByTestId('room-limit')).toContainText(/600\sW/);

  const staff = await browser.newContext();
  await be(staff, site, 'linwei', { lang: 'en' });
  const desk = await staff.newPage();
  await open(desk, site, `/rooms/${room}`);
  await expect(desk.getByTestId('load').getByTestId('own-limit')).toContainText(
    /Own limit 600\sW of cap 800\sW, set by a resident .*: old wiring/,
  );
  await expect(desk.getByTestId('history')).toContainText(/Resident’s own limit: 800\sW → 600\sW/);
  await staff.close();
});
