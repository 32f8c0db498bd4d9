import type { AlarmSummary } from '../../contracts/liveEvents';
import type { AlarmView } from '../../db/queries/alarmViews';
import { seesAlarm, sightOf } from './audience';
import type { Channel, Channels } from './channels';
import type { LiveState } from './liveState';
import { liveAlarm } from './shapes';

/** Counts of each channel as it last got them. */
const sentCounts = new WeakMap<Channel, string>();

function countsOf(summary: AlarmSummary): string {
  return JSON.stringify({ ...summary, asOf: 0 });
}

/** Sends each alarm at once and by itself to whoever may see it, with the counts of the alarm bar. */
export function publishAlarms(
  channels: Channels,
  state: LiveState,
  campusId: number,
  alarms: readonly AlarmView[],
  nowMs: number,
): void {
  for (const channel of channels.listened(campusId)) {
    if (channel.kind !== 'alarms' && channel.kind !== 'wall') continue;
    const { audience } = channel;
    const summary = state.alarmSummary(audience, nowMs);
    sentCounts.set(channel, countsOf(summary));
    for (const alarm of alarms) {
      if (!seesAlarm(audience, alarm)) continue;
      channels.sendAlarm(channel, {
        alarm: liveAlarm(alarm, sightOf(audience, alarm)),
        summary,
      });
    }
  }
}

/**
 * Sends the alarm rooms anew whose counts changed by time alone (an alarm left the last ten minutes): as a snapshot, since
 * no alarm changed.
 */
export function refreshAlarmCounts(
  channels: Channels,
  state: LiveState,
  campusId: number,
  nowMs: number,
): void {
  for (const channel of channels.listened(campusId)) {
    if (channel.kind !== 'alarms' && channel.kind !== 'wall') continue;
    const counts = countsOf(state.alarmSummary(channel.audience, nowMs));
    const known = sentCounts.get(channel);
    sentCounts.set(channel, counts);
    // Of a channel not looked at before nobody knows with which counts its first listener came.
    if (known === counts) continue;
    channels.sendSnapshot(channel, state.roomState(channel.room, channel.audience, nowMs));
  }
}
