import type { CommandState } from '../domain/supply/commandMachine';
import { FixedClock } from '../domain/time/clock';
import { applyTopUp } from '../engine/applyTopUp';
import { silentLog } from '../engine/context';
import { replaceMeter } from '../engine/replaceMeter';
import { expectAccessible } from './fixtures/looks';
import { be, expect, open, type Site, test } from './fixtures/pages';
import { answerCommand, storeCommand } from './fixtures/storedCommands';
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

/** Every way in which a command can end without proof, and the words for it: the large line, and why. */
const ENDS: readonly {
  room: string;
  op?: 'connect';
  states: readonly CommandState[];
  resultCode?: string;
  track: string;
  en: readonly [title: string, why: string, next: string | null];
  zh: readonly [title: string, why: string, next: string | null];
}[] = [
  {
    room: '7-301',
    states: ['QUEUED', 'SENT', 'FAILED'],
    resultCode: 'KEEP_POWER',
    track: 'failed',
    en: ['The meter did not do it', 'it is set to keep supply on', 'read the meter'],
    zh: ['电表未执行', '电表设为保持供电', '先读数'],
  },
  {
    room: '7-302',
    states: ['QUEUED', 'SENT', 'FAILED_TIMEOUT'],
    resultCode: 'EXPIRE',
    track: 'timeout',
    en: ['No answer, stopped', 'no answer in 120 s', 'the command is void'],
    zh: ['电表无答复，已停止', '120 秒内无答复', '指令已作废'],
  },
  {
    room: '7-303',
    states: ['QUEUED', 'SENT', 'ACCEPTED', 'FAILED_TIMEOUT'],
    resultCode: 'EXPIRE',
    track: 'timeout',
    en: ['Accepted, then no word: stopped', 'accepted, never said done', 'the command is void'],
    zh: ['已接受，此后无答复，已停止', '已接受，未报告执行', '指令已作废'],
  },
  {
    room: '7-304',
    states: ['QUEUED', 'EXPIRED'],
    resultCode: 'EXPIRED',
    track: 'expired',
    en: ['Expired, will not run', 'never sent', 'Try again'],
    zh: ['已失效，不会执行', '未曾发出', '请重试'],
  },
  {
    room: '7-305',
    states: ['QUEUED', 'CANCELLED'],
    resultCode: 'UNDONE',
    track: 'cancelled',
    en: ['Cancelled, never sent', 'taken back by the operator', null],
    zh: ['已撤销，未发出', '由操作员撤销', null],
  },
  {
    room: '7-306',
    states: ['QUEUED', 'CANCELLED'],
    resultCode: 'OFFLINE',
    track: 'cancelled',
    en: ['Cancelled, never sent', 'the meter went offline', 'nothing was switched'],
    zh: ['已撤销，未发出', '电表已离线', '没有动作'],
  },
  {
    room: '7-307',
    states: ['QUEUED', 'SENT', 'SUPERSEDED'],
    track: 'superseded',
    en: ['Superseded', 'a newer command took its place', null],
    zh: ['已被取代', '由更新的指令取代', null],
  },
  {
    room: '7-308',
    states: ['QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'UNVERIFIED'],
    resultCode: 'PROOF_TIMEOUT',
    track: 'mismatch',
    en: ['Meter says done, not proven', 'no reading proved it in time', 'treat it as live'],
    zh: ['电表称已执行，未证实', '时限内没有读数证实', '按带电处理'],
  },
  {
    room: '7-309',
    op: 'connect',
    states: ['QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'UNVERIFIED'],
    resultCode: 'PROOF_TIMEOUT',
    track: 'mismatch',
    en: ['Meter says done, not proven', 'no reading proved it in time', 'supply may still be off'],
    zh: ['电表称已执行，未证实', '时限内没有读数证实', '可能仍未供电'],
  },
];

test('every end of a command is said in words with what to do next, in both languages, and none as proven', async ({
  context,
  page,
  site,
}) => {
  test.setTimeout(180_000);
  for (const { room, op = 'disconnect', states, resultCode } of ENDS)
    await storeCommand(site, { point: `P-E-${room}`, op, states, resultCode });
  for (const lang of ['en', 'zh-CN'] as const) {
    await be(context, site, 'linwei', { lang });
    for (const end of ENDS) {
      const [title, why, next] = lang === 'en' ? end.en : end.zh;
      await page.goto(`${site.url}/rooms/${end.room}`);
      const track = page.getByTestId('cmd-track');
      await expect(track, end.room).toHaveAttribute('data-state', end.track);
      await expect(track.getByRole('status'), end.room).toContainText(title);
      await expect(track.locator('[data-mark="bad"]'), end.room).toContainText(why);
      await expect(track.locator('[data-station="proof"][data-mark="done"]')).toHaveCount(0);
      const step = page.getByTestId('next-step');
      if (next === null) await expect(step, end.room).toHaveCount(0);
      else await expect(step, end.room).toContainText(next);
      // No bare code of ours or of a meter is left standing.
      expect(await page.getByTestId('track').textContent(), end.room).not.toMatch(
        /[A-Z]{3,}_[A-Z]+|EXPIRE\b/,
      );
    }
  }
});

/** What a meter says to a signed command that it must not carry out: too late, or sent again by somebody. */
const NOT_OBEYED = [
  {
    room: '7-217',
    answer: { state: 'expired', code: 'EXPIRED' },
    track: 'expired',
    en: ['Expired, will not run', 'reached the meter too late', 'Try again'],
    zh: ['已失效，不会执行', '送达电表时已过期', '请重试'],
  },
  {
    room: '7-218',
    answer: { state: 'rejected', code: 'STALE' },
    track: 'failed',
    en: ['The meter did not do it', 'it had done a newer command before', 'read the meter'],
    zh: ['电表未执行', '电表已执行过更新的指令', '先读数'],
  },
  {
    room: '7-219',
    answer: { state: 'dup', code: 'expired' },
    track: 'expired',
    en: ['Expired, will not run', 'reached the meter too late', 'Try again'],
    zh: ['已失效，不会执行', '送达电表时已过期', '请重试'],
  },
] as const;

test('a signed command that comes too late or is replayed is told on the open page in words, and moves nothing', async ({
  context,
  page,
  site,
}) => {
  test.setTimeout(120_000);
  const track = page.getByTestId('cmd-track');
  for (const { room, answer, track: state, en, zh } of NOT_OBEYED) {
    await be(context, site, 'linwei');
    const states = ['QUEUED', 'SENT'] as const;
    const id = await storeCommand(site, { point: `P-E-${room}`, op: 'disconnect', states });
    await open(page, site, `/rooms/${room}`);
    await expect(track, room).toHaveAttribute('data-state', 'sent');
    await answerCommand(site, id, answer);
    for (const [title, why, next] of [en, zh]) {
      await expect(track, room).toHaveAttribute('data-state', state);
      await expect(track.getByRole('status'), room).toContainText(title);
      await expect(track.locator('[data-mark="bad"]'), room).toContainText(why);
      await expect(page.getByTestId('next-step'), room).toContainText(next);
      await expect(page.locator('[data-testid="measured"] [data-position]')).toHaveAttribute(
        'data-position',
        'closed',
      );
      if (title !== en[0]) continue;
      await be(context, site, 'linwei', { lang: 'zh-CN' });
      await open(page, site, `/rooms/${room}`);
    }
  }

  // Sent again after it was done: the meter repeats its first answer, and neither the track nor the page moves.
  await be(context, site, 'linwei');
  const done = await storeCommand(site, {
    point: 'P-E-7-216',
    op: 'disconnect',
    states: ['QUEUED', 'SENT', 'ACCEPTED', 'EXECUTED', 'VERIFIED'],
  });
  await open(page, site, '/rooms/7-216');
  await answerCommand(site, done, { state: 'dup', code: 'done' });
  await page.reload();
  await expect(track).toHaveAttribute('data-state', 'verified');
  await expect(track.locator('[data-mark="bad"]')).toHaveCount(0);
  const commands = page.getByTestId('history').locator('[data-kind="command"]');
  await expect(commands).toHaveCount(1);
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
