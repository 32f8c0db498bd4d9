import { verdictCounts } from '../../../db/queries/alarmVerdicts';
import type { AlarmEventView, AlarmView } from '../../../db/queries/alarmViews';
import { campusScope } from '../../../db/queries/scope';
import {
  ALARM_VERDICTS,
  type AlarmVerdict,
  PRECISION_WINDOW_MS,
  type VerdictCounts,
} from '../../../domain/alarms/alarmVerdict';
import type { ReadDeps } from '../deps';

/** What people said of an alarm, and how often its rule was right lately where it stands. */
export interface AlarmVerdicts {
  /** The newest verdict; null: nobody has said. */
  readonly newest: {
    readonly verdict: AlarmVerdict;
    readonly note: string;
    readonly by: string;
    readonly atMs: number;
  } | null;
  /** Building of the counts; null: what stands in none. */
  readonly building: string | null;
  /** Verdicts on this rule's alarms there in the last 90 days. */
  readonly counts: VerdictCounts;
}

const NO_VERDICTS: VerdictCounts = { right: 0, wrong: 0, nuisance: 0, unclear: 0 };

/** Verdicts that stand beside an alarm which the caller may see. @param events its history, oldest first */
export async function readVerdicts(
  deps: ReadDeps,
  alarm: AlarmView,
  events: readonly AlarmEventView[],
): Promise<AlarmVerdicts> {
  const nowMs = deps.engine.clock.now();
  // Numbers of the whole building, not of the caller's part of it: they are about the rule.
  const [counts] = await verdictCounts(
    deps.reader,
    campusScope(alarm.campusId, new Date(nowMs)),
    nowMs - PRECISION_WINDOW_MS,
    { rule: alarm.rule, building: alarm.buildingCode },
  );
  return { newest: newestOf(events), building: alarm.buildingCode, counts: counts ?? NO_VERDICTS };
}

function newestOf(events: readonly AlarmEventView[]): AlarmVerdicts['newest'] {
  const newest = events.findLast(({ event }) => event === 'VERDICT');
  const verdict = ALARM_VERDICTS.find((one) => one === newest?.detail?.verdict);
  if (!newest || !verdict) return null;
  const note = newest.detail?.note;
  return { verdict, note: typeof note === 'string' ? note : '', by: newest.actor, atMs: newest.atMs };
}
