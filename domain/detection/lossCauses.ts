/** What the evidence says of a meter whose use fell while its feeder's loss rose. */
export type SuspectCause =
  /** A sign of current past the meter, or of a hand at it. */
  | 'BYPASS'
  /** Power without counting was seen at it. */
  | 'STOPPED'
  /** It counts next to nothing since, and nothing tells whether it stands still, is passed by or is not used. */
  | 'SILENT_COUNT'
  /** Its clock is wrong, so its hours stand beside those of its feeder. */
  | 'DRIFT'
  /** Only that it fell. */
  | 'FELL';

/** What a residual as a whole may come from. */
export type ResidualCause =
  /** Within what is expected. */
  | 'NONE'
  /** The meters that fell explain at least half of it. */
  | 'SUSPECTS'
  /** No meter's change explains it: something draws that nobody measures. */
  | 'UNMETERED';

const BYPASS_SIGNS: ReadonlySet<string> = new Set([
  'RELAY_WELD_OR_BYPASS',
  'TAMPER',
  'NEUTRAL_CURRENT',
  'REVERSE_ENERGY',
]);
/** Below this share of its earlier use a meter counts next to nothing. */
const NOTHING_SHARE = 0.05;
const EXPLAINED_SHARE = 0.5;

/** Alarms that say something of a meter which a feeder's loss is sought at. */
export const LOSS_SIGNS: readonly string[] = [...BYPASS_SIGNS, 'FROZEN_REGISTER', 'CLOCK_DRIFT'];

/**
 * The strongest word that the evidence bears: a sign of a bypass before a register that stood still, those before a count
 * that is next to nothing, that before a clock that drifts.
 *
 * @param signs rules that were raised at the meter since its use fell
 */
export function suspectCause(evidence: {
  readonly signs: readonly string[];
  readonly beforeKwh: number;
  readonly sinceKwh: number;
  readonly clockWrong: boolean;
}): SuspectCause {
  const { signs, beforeKwh, sinceKwh, clockWrong } = evidence;
  if (signs.some((rule) => BYPASS_SIGNS.has(rule))) return 'BYPASS';
  if (signs.includes('FROZEN_REGISTER')) return 'STOPPED';
  if (sinceKwh <= beforeKwh * NOTHING_SHARE) return 'SILENT_COUNT';
  return clockWrong || signs.includes('CLOCK_DRIFT') ? 'DRIFT' : 'FELL';
}

/**
 * Whether the falls of the suspects, together, explain a residual. Both in kWh a day; a residual of null or less than nothing
 * needs no cause.
 */
export function residualCause(residualKwh: number | null, fallsKwh: readonly number[]): ResidualCause {
  if (residualKwh === null || residualKwh <= 0) return 'NONE';
  const explained = fallsKwh.reduce((sum, fall) => sum + fall, 0);
  return explained >= residualKwh * EXPLAINED_SHARE ? 'SUSPECTS' : 'UNMETERED';
}
