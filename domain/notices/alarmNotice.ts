import type { AlarmRuleCode } from '../alarms/alarmCatalogue';
import type { NoticeTopic } from './noticeTopic';

/** What an alarm's message tells. */
export type AlarmMoment = 'RAISED' | 'ESCALATED' | 'ASSIGNED' | 'RETURNED';

/** Rules that whoever lives at the point is told of as well: what endangers them or cuts them off, never what accuses them. */
const TOLD_TO_RESIDENTS: ReadonlySet<string> = new Set<AlarmRuleCode>([
  'OVERLOAD',
  'OVER_CURRENT',
  'OVER_TEMPERATURE',
  'GAS_LEAK',
  'LEAKAGE',
  'WATER_BURST',
  'WATER_LEAK',
]);

export const isToldToResidents = (rule: string): boolean => TOLD_TO_RESIDENTS.has(rule);

/** P1 and P2: past quiet hours, and never switched off. */
export const isUrgent = (priority: 1 | 2 | 3 | 4): boolean => priority <= 2;

/** Topic of an alarm's messages; null: nobody is sent one (P4 stands in the journal). */
export function alarmTopic(priority: 1 | 2 | 3 | 4): NoticeTopic | null {
  if (isUrgent(priority)) return 'SAFETY';
  return priority === 3 ? 'ALARM' : null;
}
