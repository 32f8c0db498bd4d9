import type { AlarmSummary } from '../../contracts/liveEvents';
import type { AlarmView } from '../../db/queries/alarmViews';
import { floodAt } from '../../domain/alarms/flood';
import { type Audience, seesAlarm } from './audience';

const RECENT_MS = 10 * 60_000;

/**
 * Counts for the alarm bar, within what an audience sees. Active is what stands on the list: one that has returned to normal
 * stands there until somebody acknowledges it. Shelved and suppressed alarms are not among them.
 */
export function countAlarms(alarms: Iterable<AlarmView>, audience: Audience, nowMs: number): AlarmSummary {
  const summary: AlarmSummary = {
    asOf: nowMs,
    active: [0, 0, 0, 0],
    unacknowledged: [0, 0, 0, 0],
    shelved: 0,
    announcedLast10Min: 0,
    flood: false,
  };
  const announced: number[] = [];
  for (const alarm of alarms) {
    if (!seesAlarm(audience, alarm)) continue;
    if (alarm.announcedMs !== null) {
      announced.push(alarm.announcedMs);
      if (nowMs - alarm.announcedMs < RECENT_MS) summary.announcedLast10Min++;
    }
    // A shelf outlasts the episode: until it is over, the alarm comes back silently.
    if (alarm.shelvedUntilMs !== null && alarm.shelvedUntilMs > nowMs) {
      summary.shelved++;
      continue;
    }
    if (alarm.endedMs !== null || alarm.suppressedBy !== null || alarm.outOfServiceTicket !== null) continue;
    const at = alarm.priority - 1;
    summary.active[at]!++;
    if (!alarm.acknowledged) summary.unacknowledged[at]!++;
  }
  summary.flood = floodAt(announced, nowMs);
  return summary;
}
