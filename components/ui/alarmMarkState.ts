import type { MarkState } from './AlarmMark';

const MARKS: Readonly<Record<string, MarkState>> = {
  UNACK: 'unacked',
  ACKED: 'acked',
  RTN_UNACK: 'returned',
  LATCHED_UNACK: 'latched',
  LATCHED_ACK: 'latched',
  NORMAL: 'returned',
};

/** How the mark of an alarm in this base state looks. */
export const alarmMarkState = (state: string): MarkState => MARKS[state] ?? 'acked';
