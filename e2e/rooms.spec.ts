import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from '../engine/applyTopUp';
import { silentLog } from '../engine/context';
import { replaceMeter } from '../engine/replaceMeter';
import { expectAccessible } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { storeCommand } from './fixtures/storedCommands';
import { readMeter } from './fixtures/storedUse';

/** One value straight from the database. */
async function one(site: Site, sql: string, values: unknown[] = []): Promise<string> {
  const { rows } = await site.database.pool.query<{ value: string }>(sql, values);
  return rows[0]!.value;
}

test('what is measured and what is wanted are told apart, also where a live command disagrees', async ({
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/rooms/7-317');
  const measured = page.locator('[data-testid="measured"] [data-position]');
  const wanted = page.locator('[data-testid="wanted"] [data-wanted]');
  await expect(measured).toHaveAttribute('data-position', 'closed');
  await expect(wanted).toHaveAttribute('data-wanted', 'none');
  expect(await page.getByTestId('measured').getByTestId('wanted').count()).toBe(0);
  expect(await page.getByTestId('wanted').getByTestId('measured').count()).toBe(0);

  await storeCommand(site, {
    point: 'P-E-7-317',
    op: 'disconnect',
    states: ['QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED'],
  });
  await expect(wanted).toHaveAttribute('data-wanted', 'open');
  await expect(page.getByTestId('cmd-track')).toHaveAttribute('data-state', 'acked');
  await expect(page.getByTestId('cmd-track').getByRole('status')).toContainText('not yet proven');
  await expect(measured).toHaveAttribute('data-position', 'closed');
  await expect(page.getByTestId('measured')).toContainText('Closed');
});

test('a command stays on the page with who asked, who consented and why', async ({ context, page, site }) => {
  await storeCommand(site, {
    point: 'P-E-7-310',
    op: 'disconnect',
    states: ['QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'VERIFIED'],
    why: 'OTHER: smell of burning',
    approvedBy: 'user:gaolei',
  });
  await be(context, site, 'zhouqiang');
  await open(page, site, '/rooms/7-310');
  const entry = page.getByTestId('history').locator('[data-kind="command"]').first();
  await expect(entry).toContainText('Cut');
  await expect(entry).toContainText('林薇 (approved by 高磊)');
  await expect(entry).toContainText('smell of burning');
  await expect(page.getByTestId('wanted')).toContainText('by 林薇 (approved by 高磊)');
  // The command has ended; what it left stands until somebody takes it back, and is what is wanted.
  await site.database.pool.query(
    `update supply_state set reasons = $1 where point_id = (select id from meter_point where code = 'P-E-7-310')`,
    [{ MANUAL: { sinceMs: site.nowMs - 60_000, by: 'user:linwei' } }],
  );
  const wanted = page.getByTestId('wanted');
  await expect(wanted.locator('[data-wanted]')).toHaveAttribute('data-wanted', 'open');
  await expect(wanted).toContainText(/^WantedOpenReason: by a person, .+, since 21:03/i);
});

test('a circuit that nobody may cut has no button, but a lock, its owner and a number to call', async ({
  context,
  page,
  site,
}) => {
  const place = await one(
    site,
    `select s.code as value from meter_point p join space s on s.id = p.space_id
      where p.protection = 'LIFE_SAFETY' and p.utility = 'ELECTRICITY'
      order by (select count(*) from meter_point o where o.space_id = s.id), s.code limit 1`,
  );
  const point = await one(
    site,
    `select coalesce(p.name_en, p.name, p.code) as value from meter_point p join space s on s.id = p.space_id
      where s.code = $1 and p.protection = 'LIFE_SAFETY' limit 1`,
    [place],
  );
  await be(context, site, 'linwei');
  await open(page, site, `/rooms/${place}`);
  const choice = page.getByRole('radio', { name: point });
  if ((await choice.count()) > 0) await choice.click();
  const locked = page.getByTestId('locked');
  await expect(locked).toContainText(/Life safety/i);
  await expect(locked.locator('a[href^="tel:"]')).toHaveText(/\d{3,}/);
  await expect(page.getByTestId('cut')).toHaveCount(0);
  await expect(page.getByTestId('restore')).toHaveCount(0);
});

test('a maintenance tag blocks a restore, and says whose it is', async ({ context, page, site }) => {
  const heldBy = await one(site, "select id::text as value from app_user where code = 'hejun'");
  const { rowCount } = await site.database.pool.query(
    `update supply_state set tags = $1::jsonb, observed = 'OPEN'
      where point_id = (select id from meter_point where code = 'P-E-7-311')`,
    [JSON.stringify([{ by: heldBy, note: 'rewiring', sinceMs: site.nowMs - 60_000 }])],
  );
  expect(rowCount).toBe(1);
  await site.database.pool.query(
    "update meter_state set relay = 0 where meter_id = (select id from meter where code = 'E-7-311')",
  );
  await be(context, site, 'linwei');
  await open(page, site, '/rooms/7-311');
  await expect(page.getByTestId('restore')).toBeDisabled();
  await expect(page.getByTestId('blocks')).toContainText('Maintenance tag of 何军: rewiring');
  await expect(page.getByTestId('controls')).toContainText('何军');
});

test('a paid restore that waits for a meter just fitted says until when, and who confirms the meter ends the wait', async ({
  context,
  page,
  site,
}) => {
  const [room, fitted] = ['7-312', 'E-7-312-B'];
  const ctx = { clock: new FixedClock(site.nowMs), log: silentLog };
  const { rowCount } = await site.database.pool.query(
    `update supply_state set observed = 'OPEN', reasons = $1::jsonb
      where point_id = (select id from meter_point where code = $2)`,
    [JSON.stringify({ ARREARS: { sinceMs: site.nowMs - 3_600_000, by: 'engine' } }), `P-E-${room}`],
  );
  expect(rowCount).toBe(1);
  await replaceMeter(site.database, ctx, {
    ...{ campusId: site.campusId, pointCode: `P-E-${room}`, oldEndRegister: '1000', confirmed: true },
    meter: { code: fitted, serial: 'SN-NEW-312', startRegister: '0' },
    atMs: Date.parse('2026-11-12T20:50:00+08:00'),
    actor: 'user:hejun',
    reason: 'display broken',
  });
  await readMeter(site, room, [['21:00', '0.000']], fitted);
  // Cut by the credit policy an hour ago.
  await site.database.pool.query('update account set eligible_ms = $1::bigint where code = $2', [
    site.nowMs - 3_600_000,
    `A-${room}`,
  ]);
  await applyTopUp(site.database, ctx, {
    ...{ campusId: site.campusId, accountCode: `A-${room}`, amountMicro: 50_000_000n },
    ...{ channel: 'counter', reference: 'HELD-312', actor: 'user:zhaomin' },
  });

  await be(context, site, 'linwei');
  await open(page, site, `/rooms/${room}`);
  const blocks = page.getByTestId('blocks');
  await expect(blocks).toContainText('Restore waits');
  await expect(blocks).toContainText(`Meter ${fitted} was exchanged less than an hour ago`);
  await expect(blocks).toContainText('comes back by itself at 22:04');
  await page.getByTestId('restore').click();
  const confirm = page.getByTestId('confirm');
  const sure = page.getByRole('checkbox', {
    name: `Made sure that meter ${fitted}, fitted lately, feeds ${room}`,
  });
  await expect(sure).toBeVisible();
  await expect(page.getByTestId('lease-left')).toBeVisible();
  await expect(confirm, 'not without having made sure').toBeDisabled();
  await sure.check();
  await expectAccessible(page);
  await confirm.click();
  await expect(page.getByTestId('cmd-track')).toHaveAttribute('data-state', 'pending');
  await expect(page.locator('[data-testid="wanted"] [data-wanted]')).toHaveAttribute('data-wanted', 'closed');
  await expect(
    page.getByTestId('history').locator('[data-kind="alarm"]', { hasText: 'Restore waits for its meter' }),
  ).toHaveCount(1);
});

test('who arms a point first is named to the next, who can arm nothing there until it is let go', async ({
  browser,
  context,
  page,
  site,
}) => {
  await be(context, site, 'linwei');
  await open(page, site, '/rooms/7-314');
  await page.getByTestId('cut').click();
  await expect(page.getByTestId('lease-left')).toBeVisible();
  const second = await browser.newContext();
  await be(second, site, 'gaolei');
  const other = await second.newPage();
  await open(other, site, '/rooms/7-314');
  await expect(other.getByTestId('blocks')).toContainText('林薇 has it open now');
  await expect(other.getByTestId('cut')).toBeDisabled();
  await page.keyboard.press('Escape');
  await expect(page.getByTestId('arm-panel')).toHaveCount(0);
  await open(other, site, '/rooms/7-314');
  await other.getByTestId('cut').click();
  await expect(other.getByTestId('confirm')).toBeEnabled();
  await second.close();
});

/** A room that is measured off, for these reasons. */
async function heldOff(site: Site, room: string, reasons: object): Promise<void> {
  const { pool } = site.database;
  const { rowCount } = await pool.query(
    `update supply_state set reasons = $1::jsonb, observed = 'OPEN' where point_id = (select id from meter_point where code = $2)`,
    [JSON.stringify(reasons), `P-E-${room}`],
  );
  expect(rowCount).toBe(1);
  await pool.query(
    'update meter_state set relay = 0 where meter_id = (select id from meter where code = $1)',
    [`E-${room}`],
  );
}

test('a request to restore is read and refused where it is decided, and who asked reads why', async ({
  context,
  page,
  site,
}) => {
  await heldOff(site, '7-417', { MANUAL: { sinceMs: site.nowMs - 3_000, by: 'user:linwei', note: 'WORKS' } });
  await be(context, site, 'zhouqiang');
  await open(page, site, '/rooms/7-417');
  await page.getByTestId('request-restore').click();
  await page.getByRole('textbox').fill('the works are done');
  await page.getByRole('button', { name: 'Send request' }).click();
  const request = page.getByTestId('restore-request');
  await expect(request).toContainText('the works are done');
  await expect(request.getByRole('button'), 'who asks does not answer').toHaveCount(0);

  await be(context, site, 'linwei');
  await open(page, site, '/control');
  const waits = page.getByTestId('waiting-item').filter({ hasText: 'the works are done' });
  await expect(waits.getByTestId('answer-restore')).toBeVisible();
  await expectAccessible(page);
  await waits.getByRole('link', { name: '7-417' }).click();
  await expect(request).toContainText('the works are done');
  await expect(page.getByTestId('cut'), 'it is held off already').toHaveCount(0);
  await request.getByTestId('answer-restore').click();
  await expect(page.getByTestId('arm-panel')).toBeVisible();
  await page.keyboard.press('Escape');
  await request.getByTestId('answer-refuse').click();
  await page.getByRole('textbox').fill('the kettle still stands there');
  await expectAccessible(page);
  await page.getByRole('button', { name: 'Refuse', exact: true }).click();
  await expect(request).toContainText('the kettle still stands there');
  await expect(request.getByRole('button')).toHaveCount(0);
  await open(page, site, '/control');
  await expect(page.getByTestId('waiting')).toBeVisible();
  await expect(waits).toHaveCount(0);

  await be(context, site, 'zhouqiang');
  await open(page, site, '/rooms/7-417');
  await expect(request).toContainText('the kettle still stands there');
});

test('a room that is proven off is held off without a command, and says so', async ({
  context,
  page,
  site,
}) => {
  await heldOff(site, '7-418', { LOCAL_TRIP: { sinceMs: site.nowMs - 3_000, by: 'engine' } });
  await be(context, site, 'linwei');
  await open(page, site, '/rooms/7-418');
  await expect(page.getByTestId('cut')).toHaveText('Hold off…');
  await page.getByTestId('cut').click();
  const panel = page.getByTestId('arm-panel');
  await panel.getByTestId('confirm').click();
  await expect(panel.getByTestId('hold-added')).toContainText('Nothing was sent to the meter');
  await expectAccessible(page);
  await panel.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(page.getByTestId('cut')).toHaveCount(0);
});

test('a cut that failed is called off on the room’s page, which says that nothing was to be switched', async ({
  context,
  page,
  site,
}) => {
  const point = 'P-E-7-313';
  await storeCommand(site, { point, op: 'disconnect', states: ['QUEUED', 'SENT', 'FAILED'] });
  const hold = { MANUAL: { sinceMs: site.nowMs - 3_000, by: 'user:linwei', note: 'WORKS' } };
  const { rowCount } = await site.database.pool.query(
    `update supply_state set reasons = $1::jsonb, observed = 'CLOSED', retry_due_ms = $2::bigint
      where point_id = (select id from meter_point where code = $3)`,
    [JSON.stringify(hold), site.nowMs + 300_000, point],
  );
  expect(rowCount).toBe(1);
  await be(context, site, 'linwei');
  await open(page, site, '/rooms/7-313');
  await expect(page.getByTestId('blocks')).toContainText('Wanted off');
  await page.getByTestId('restore').click();
  const panel = page.getByTestId('arm-panel');
  await expect(panel).toContainText('Supply is on: the hold is lifted, nothing is switched');
  await panel.getByTestId('confirm').click();
  await expect(panel.getByTestId('hold-lifted')).toContainText('nothing was to be switched');
  await expectAccessible(page);
  await panel.getByRole('button', { name: 'Close', exact: true }).last().click();
  await expect(page.getByTestId('blocks')).not.toContainText('Wanted off');
  await expect(page.getByTestId('restore')).toBeDisabled();
  expect(
    await one(
      site,
      `select count(*)::text as value from supply_state s join meter_point p on p.id = s.point_id
        where p.code = $1 and s.reasons = '{}' and s.retry_due_ms is null
          and not exists (select 1 from command c where c.point_id = p.id and c.op = 'connect')`,
      [point],
    ),
  ).toBe('1');
});
