import type { AlarmMoment } from './alarmNotice';

/** What an alarm's message says of its object; two of one subject say the same. */
export interface AlarmWord {
  readonly rule: string;
  readonly subjectType: string;
  readonly subjectId: number;
  readonly priority: 1 | 2 | 3 | 4;
  readonly moment: AlarmMoment;
  /** Of an escalation or an assignment, which is a subject of its own each time: the incident and the step, or the instant. */
  readonly alarmId: number;
  readonly level: number;
}

const MOMENTS: readonly AlarmMoment[] = ['RAISED', 'ESCALATED', 'ASSIGNED', 'RETURNED'];
/** Priorities that are told of, and those whose end is told of. */
const TOLD = { RAISED: [1, 2, 3], RETURNED: [1, 2] } as const;

/** The subject of an alarm's message: a P1 is none of what a P3 of the same rule said before. */
export function alarmSubject(word: AlarmWord): string {
  const { rule, subjectType, subjectId, priority, moment, alarmId, level } = word;
  const step = moment === 'ESCALATED' || moment === 'ASSIGNED' ? `:${alarmId}:${level}` : '';
  return `${rule}:${subjectType}:${subjectId}:P${priority}:${moment}${step}`;
}

/**
 * Subjects that say the opposite of an alarm's message: its end where it tells that it stands, its beginning where it tells its end.
 * Empty for every other notice.
 */
export function contradicting(subject: string): string[] {
  const [rule, type, id, priority, moment] = subject.split(':');
  if (!/^P[1-4]$/.test(priority ?? '') || !MOMENTS.includes(moment as AlarmMoment)) return [];
  const opposite = moment === 'RETURNED' ? 'RAISED' : 'RETURNED';
  return TOLD[opposite].map((told) => `${rule}:${type}:${id}:P${told}:${opposite}`);
}

/** Whether a subject tells that an alarm is over. */
export const tellsOfAnEnd = (subject: string): boolean =>
  contradicting(subject).length > 0 && subject.endsWith(':RETURNED');
