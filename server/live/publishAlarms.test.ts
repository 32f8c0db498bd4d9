import { expect, it } from 'vitest';
import type { AlarmSummary } from '../../contracts/liveEvents';
import type { Channel, Channels } from './channels';
import type { LiveState } from './liveState';
import { refreshAlarmCounts } from './publishAlarms';

const MINUTE_MS = 60_000;

it('counts that time alone has changed reach a screen that came since the last look, and are sent once', () => {
  const channel = { kind: 'alarms', room: 'alarms', audience: {} } as unknown as Channel;
  const summaryAt = (nowMs: number): AlarmSummary => ({
    ...{ asOf: nowMs, active: [0, 11, 0, 0], unacknowledged: [0, 11, 0, 0], shelved: 0 },
    ...{ announcedLast10Min: nowMs < 10 * MINUTE_MS ? 11 : 0, flood: nowMs < 10 * MINUTE_MS },
  });
  const sent: boolean[] = [];
  const channels = {
    listened: () => [channel],
    sendSnapshot: (_to: Channel, state: { alarmSummary: AlarmSummary }) =>
      sent.push(state.alarmSummary.flood),
  } as unknown as Channels;
  const state = {
    alarmSummary: (_audience: unknown, nowMs: number) => summaryAt(nowMs),
    roomState: (_room: unknown, _audience: unknown, nowMs: number) => ({ alarmSummary: summaryAt(nowMs) }),
  } as unknown as LiveState;
  // Whoever came before the first look saw a flood, and it is over by then.
  for (const minute of [11, 12, 13]) refreshAlarmCounts(channels, state, 1, minute * MINUTE_MS);
  expect(sent).toEqual([false]);
});
