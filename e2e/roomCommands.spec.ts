import type { CommandState } from '../domain/supply/commandMachine';
import { be, expect, open, test } from './fixtures/pages';
import { answerCommand, storeCommand } from './fixtures/storedCommands';

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
