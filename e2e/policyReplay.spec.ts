import { cst } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { type SupplyRoom, SupplyRooms } from '../engine/testing/supplyRooms';
import { expectAccessible, expectOneWayScroll } from './fixtures/looks';
import { be, expect, open, type PageServer, type Site, startPageServer, test } from './fixtures/pages';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const EVERY_DAY = [1, 2, 3, 4, 5, 6, 7];

let server: PageServer;
let place: Site;
/** Policy that cut at noon, and the one that never cut. */
let strict: string;
let lenient: string;

/**
 * Six rooms that ran out of credit and were cut at noon on Monday: three were topped up two hours later, three on Tuesday; and one whose
 * policy never cuts. They are a campus of their own, which other tests don't see.
 */
test.beforeAll(async ({ site }) => {
  const clock = new FixedClock(cst('2026-11-09 11:50'));
  const rooms = await SupplyRooms.on(site.database, clock);
  strict = rooms.anyHour;
  lenient = await rooms.campus.policy({ noCutPeriods: { weekdays: EVERY_DAY } });
  const cut: SupplyRoom[] = [];
  for (let i = 0; i < 6; i++) cut.push(await rooms.room('1.00'));
  const all = [...cut, await rooms.room('1.00', lenient)];
  for (let i = 0; i < 2; i++) {
    clock.advance(300 * SECOND_MS);
    await rooms.reportAll(all, 1.1);
  }
  for (let i = 0; i < 7; i++) {
    clock.advance(60 * SECOND_MS);
    await rooms.reportAll(all, 0.01);
    await rooms.sweep();
    for (const one of cut) await rooms.meterObeys(one);
  }
  clock.advance(2 * HOUR_MS);
  await rooms.reportAll(all, 0);
  for (const one of cut.slice(0, 3)) await rooms.topUp(one, '50.00', `soon-${one.account.code}`);
  clock.advance(24 * HOUR_MS);
  await rooms.reportAll(all, 0);
  for (const one of all.slice(3)) await rooms.topUp(one, '50.00', `late-${one.account.code}`);
  await site.database.pool.query(
    `with u as (insert into app_user (campus_id, code, display_name, password_hash)
       select $1, x, x, '-' from unnest(array['tries-policies', 'guards-doors']) as x returning id, code)
     insert into role_binding (user_id, role, valid_from)
       select id, case code when 'tries-policies' then 'ENERGY_MANAGER' else 'SECURITY' end::role, '2024-01-01' from u`,
    [rooms.campus.id],
  );
  // A server of its own: the running one read its campuses before this one was there.
  server = await startPageServer({ databaseUrl: site.database.url, nowMs: site.nowMs });
  place = { ...site, url: server.url };
});
test.afterAll(() => server?.stop());

test('a draft tells which past cuts it avoids, delays and adds, by which rule, and what it lends; the file says the same', async ({
  context,
  page,
}) => {
  await be(context, place, 'tries-policies');
  await open(page, place, '/control/policy');
  const rows = page.getByTestId('replayed');
  const kinds = async () =>
    (await rows.evaluateAll((all) => all.map((row) => (row as HTMLElement).dataset.kind))).sort();
  const run = () => page.getByTestId('replay').click();

  await page.getByTestId('draft-policy').selectOption(strict);
  await run();
  await expect(rows).toHaveCount(6);
  expect(await kinds(), 'as it is in force it changes nothing').toEqual(Array(6).fill('as_before'));
  await expect(page.getByTestId('replay-float')).toContainText('0.00');

  await page.getByTestId('draft-windows').fill('00:00-25:00');
  await run();
  await expect(page.getByTestId('draft-windows')).toHaveAttribute('aria-invalid', 'true');

  await page.getByTestId('draft-windows').fill('00:00-18:00');
  await run();
  await expect(page.getByTestId('replay-result')).toContainText('3 avoided');
  expect(await kinds()).toEqual([...Array(3).fill('avoided'), ...Array(3).fill('delayed')]);
  const delayed = page.locator('[data-testid="replayed"][data-kind="delayed"]').first();
  await expect(delayed).toContainText('18:00');
  await expect(page.getByTestId('replay-float'), 'six rooms are enough for a sum').toContainText('¥');
  await expectAccessible(page);
  await expectOneWayScroll(page);

  const href = await page.getByRole('link', { name: 'CSV' }).getAttribute('href');
  const file = await page.request.get(place.url + href!);
  expect(file.headers()['content-type']).toContain('text/csv');
  const lines = (await file.text()).trim().split('\r\n');
  expect(lines).toHaveLength(7);
  expect(lines[0]).toContain('draft_cut_at');
  expect(lines.filter((line) => line.includes('AVOIDED'))).toHaveLength(3);
  expect(lines.filter((line) => line.includes('T18:00:00') && line.includes('DELAYED'))).toHaveLength(3);

  await page.getByTestId('draft-policy').selectOption(lenient);
  await page.getByTestId('draft-days').fill('');
  await run();
  await expect(rows).toHaveCount(1);
  expect(await kinds(), 'it cuts anew where days without cuts kept supply on').toEqual(['new']);
});

test('on a phone the changed cuts are cards in one column, in Chinese and in the dark as well', async ({
  context,
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await be(context, place, 'tries-policies', { lang: 'zh-CN', theme: 'dark' });
  await open(page, place, '/control/policy');
  await page.getByTestId('draft-policy').selectOption(strict);
  await page.getByTestId('draft-windows').fill('00:00-18:00');
  await page.getByTestId('replay').click();
  await expect(page.getByTestId('replayed')).toHaveCount(6);
  await expectOneWayScroll(page);
  await expectAccessible(page);
});

test('who does not answer for the policy finds no form and no file', async ({ context, page }) => {
  await be(context, place, 'guards-doors');
  await page.goto(`${place.url}/control/policy`);
  await expect(page.getByTestId('replay')).toHaveCount(0);
  const text = { policy: strict, weeks: '4', windows: '', days: '', lead: '15', more: '' };
  const file = await page.request.get(`${place.url}/control/policy/csv?${new URLSearchParams(text)}`);
  expect(file.status()).toBe(403);
});
