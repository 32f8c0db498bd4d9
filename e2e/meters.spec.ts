import { FixedClock } from '../domain/time/clock';
import { silentLog } from '../engine/context';
import { replaceMeter } from '../engine/replaceMeter';
import { be, expect, open, test } from './fixtures/pages';
import { storeCommand } from './fixtures/storedCommands';
import { storeFrames } from './fixtures/storedFrames';

const at = (time: string) => Date.parse(`2026-11-12T${time}+08:00`);

test('the age of the last frame counts from its arrival, also when a frame says the same as the one before', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/meters/E-7-318');
  const frame = page.locator('[data-testid="last-frame"] [data-live]');
  const age = async () => Number(await frame.getAttribute('data-age-s'));
  const before = await age();
  await expect.poll(age).toBeGreaterThan(before);
  await expect(page.getByTestId('last-frame')).not.toContainText('arrived 21:04:07');
  const said = await page.getByTestId('meter-switch').textContent();

  await site.database.pool.query(
    `update meter_state set last_ms = $1, last_rx_ms = $1 where meter_id = (select id from meter where code = 'E-7-318')`,
    [site.nowMs],
  );
  await expect(page.getByTestId('last-frame')).toContainText('arrived 21:04:07');
  await expect(frame).toHaveAttribute('data-asof', '2026-11-12T21:04:07+08:00');
  expect(await page.getByTestId('meter-switch').textContent()).toBe(said);
});

test('an outage is a gap: in the strip, by its times and in what is counted, and no line runs across it', async ({
  context,
  page,
  site,
}) => {
  const { rows } = await site.database.pool.query<{ everyMs: number }>(
    'select interval_s * 1000 as "everyMs" from meter where code = \'E-7-319\'',
  );
  const { everyMs } = rows[0]!;
  await storeFrames(site, {
    ...{ meter: 'E-7-319', fromMs: at('18:00:00'), toMs: at('21:04:00'), everyMs, powerW: 240 },
    silent: { fromMs: at('20:00:01'), toMs: at('20:40:00') },
  });
  await be(context, site, 'linwei');
  await open(page, site, '/meters/E-7-319');
  const comms = page.getByTestId('comms');
  const gap = comms.getByTestId('gap').filter({ hasText: '20:40:00' });
  await expect(gap).toContainText('No data 20:00:00 to 20:40:00');
  const states = await comms
    .getByTestId('quarter')
    .evaluateAll((quarters) => quarters.map((each) => (each as HTMLElement).dataset.state));
  // From 19:15 on: two whole quarters fell out, and the one of 20:30 in part.
  expect(states.slice(-8, -1)).toEqual(['full', 'full', 'full', 'gap', 'gap', 'part', 'full']);
  const { rows: lost } = await site.database.pool.query<{ n: number }>(
    `select (max(seq) - min(seq) + 1 - count(*))::int as n from reading where meter_id = (select id from meter where code = 'E-7-319')`,
  );
  expect(lost[0]!.n).toBeGreaterThan(0);
  await expect(page.getByTestId('comms-share')).toContainText(`${lost[0]!.n} missing by its own count`);
  await page.getByTestId('meter-load').getByTestId('chart-twin').click();
  const times = await page.getByTestId('meter-load').getByRole('row').allTextContents();
  expect(times.filter((row) => /^20:(0[1-9]|[123]\d)/.test(row) && /240/.test(row))).toEqual([]);
  expect(times.filter((row) => /240/.test(row)).length).toBeGreaterThan(100);
});

test('a swap keeps the history split by serial: each meter has its registers and its readings, and leads to the other', async ({
  context,
  page,
  site,
}) => {
  await storeFrames(site, {
    ...{ meter: 'E-7-320', fromMs: at('19:00:00'), toMs: at('20:30:00'), everyMs: 10_000, powerW: 300 },
  });
  const { rows } = await site.database.pool.query<{ serial: string; end: string }>(
    `select m.serial, ((coalesce(st.base_micro, i.start_micro, 0) + 12340000)::numeric / m.ratio_micro)::text as "end"
       from meter m join meter_install i on i.meter_id = m.id left join meter_state st on st.meter_id = m.id where m.code = 'E-7-320'`,
  );
  const old = rows[0]!;
  await replaceMeter(
    site.database,
    { clock: new FixedClock(site.nowMs), log: silentLog },
    {
      ...{ campusId: site.campusId, pointCode: 'P-E-7-320', oldEndRegister: old.end, confirmed: true },
      meter: { code: 'E-7-320-B', serial: 'SN-NEW-320', startRegister: '0.25' },
      atMs: at('20:45:00'),
      actor: 'user:hejun',
      reason: 'display broken',
    },
  );
  await be(context, site, 'linwei');
  await open(page, site, '/rooms/7-320');
  await page.getByTestId('meter-link').click();
  await page.waitForURL('**/meters/E-7-320-B');
  const installs = page.getByTestId('install');
  await expect(installs).toHaveCount(2);
  await expect(installs.nth(0)).toHaveAttribute('data-serial', 'SN-NEW-320');
  await expect(installs.nth(0)).toContainText('0.25');
  await expect(installs.nth(0)).toContainText('fitted now');
  await expect(installs.nth(1)).toHaveAttribute('data-serial', old.serial);
  await expect(installs.nth(1)).toContainText('20:45');
  // Nothing that the old one measured is shown as the new one's.
  await expect(page.getByTestId('comms')).toContainText('Nothing came in this time');
  await expect(page.getByTestId('meter-load')).toContainText('No power in this time');

  await installs.nth(1).getByRole('link').click();
  await page.waitForURL('**/meters/E-7-320');
  await expect(page.getByTestId('last-frame')).toContainText('Taken off');
  await expect(
    page.getByTestId('comms').locator('[data-testid="quarter"][data-state="full"]').first(),
  ).toBeVisible();
  await expect(page.getByTestId('install').nth(1)).toHaveAttribute('data-shown', 'true');
});

test('a request to read has a track of its own, moves no wish about supply, and is not offered to who may not ask', async ({
  context,
  page,
  site,
}) => {
  // One that was answered: by a reading, not by the meter's word.
  await storeCommand(site, {
    point: 'P-E-7-315',
    op: 'read',
    states: ['QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'VERIFIED'],
    why: 'CHECK',
  });
  await be(context, site, 'zhouqiang');
  await open(page, site, '/meters/E-7-315');
  const track = page.getByTestId('cmd-track');
  await expect(track).toHaveAttribute('data-state', 'verified');
  await expect(track.getByRole('status')).toContainText('Read 21:04:06');
  await expect(track.locator('[data-station="proof"]')).toContainText('New reading');

  await open(page, site, '/meters/E-7-316');
  await expect(track).toHaveCount(0);
  await page.getByTestId('read-now').click();
  await expect(track).toHaveAttribute('data-state', 'pending');
  await expect(page.getByTestId('read-now')).toBeDisabled();
  await expect(page.getByTestId('meter-log').locator('[data-kind="command"]')).toContainText('Read now');
  const { rows } = await site.database.pool.query(
    `select c.op, c.state::text as state, c.actor, coalesce(ss.reasons, '{}') as reasons,
            (select count(*)::int from audit_log a where a.action = 'SUPPLY_READ' and a.target = 'point:P-E-7-316') as audited
       from command c left join supply_state ss on ss.point_id = c.point_id
      where c.point_id = (select id from meter_point where code = 'P-E-7-316')`,
  );
  expect(rows).toEqual([{ op: 'read', state: 'QUEUED', actor: 'user:zhouqiang', reasons: {}, audited: 1 }]);
  await open(page, site, '/rooms/7-316');
  await expect(page.locator('[data-testid="wanted"] [data-wanted]')).toHaveAttribute('data-wanted', 'none');

  // An administrator looks after meters: no values of a room, and no request.
  await be(context, site, 'guoning');
  await open(page, site, '/admin/meters?q=E-7-316');
  await page.getByRole('link', { name: 'E-7-316' }).click();
  await page.waitForURL('**/meters/E-7-316');
  await expect(page.getByTestId('registers')).toContainText('Values withheld');
  await expect(page.getByTestId('meter-load')).toHaveCount(0);
  await expect(page.getByTestId('read-now')).toHaveCount(0);
});
