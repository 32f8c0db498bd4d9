import type { MyHold, MyPoint, StandingPoint } from './meData';

/** What a resident must know first where several reasons hold a point off: danger, then people, then money. */
const ORDER = [
  'SAFETY',
  'LOCAL_TRIP',
  'LOCKOUT',
  'MANUAL',
  'ARREARS',
  'QUOTA',
  'SCHEDULE',
  'LOADSHED',
] as const;

/** Causes that have words of their own; others share those of their reason. */
const CAUSES = ['OVERLOAD', 'FORBIDDEN_LOAD', 'GAS_LEAK', 'LEAKAGE', 'TAMPER', 'FIRE', 'WATER_BURST'];

/** Key of the words for why a point is off, and the reason behind it. */
export interface WhyOff {
  readonly words: string;
  readonly hold: MyHold | null;
}

/**
 * Why supply is measured off at a point; null while it is not.
 * @param next what the resident can do about it, where it is known: credit that is back, a trip too many and a restore on its
 *   way have words of their own
 */
export function whyOff(
  point: Pick<MyPoint, 'holds' | 'tagged'>,
  position: string,
  next?: Pick<StandingPoint['next'], 'act' | 'rule'>,
): WhyOff | null {
  if (position !== 'OPEN') return null;
  const hold =
    ORDER.map((reason) => point.holds.find((each) => each.reason === reason)).find(Boolean) ??
    point.holds[0] ??
    null;
  if (hold === null && (next?.rule === 'UNDER_WAY' || next?.rule === 'METER_MOVED'))
    return { words: next.rule, hold };
  if (hold === null) return { words: point.tagged ? 'LOCKOUT' : 'UNKNOWN', hold };
  if (hold.reason === 'ARREARS' && hold.cause === 'EARLY_TRIP' && next?.act !== 'TOP_UP')
    return { words: 'EARLY_TRIP', hold };
  if (hold.reason === 'ARREARS' && next?.act === 'CONFIRM_RESTORE') return { words: 'PAID', hold };
  if (next?.rule === 'TRIP_LIMIT_REACHED') return { words: 'TRIP_LIMIT', hold };
  const known = hold.cause !== null && CAUSES.includes(hold.cause);
  if (known && (hold.reason === 'SAFETY' || hold.reason === 'LOCAL_TRIP'))
    return { words: hold.cause!, hold };
  return { words: (ORDER as readonly string[]).includes(hold.reason) ? hold.reason : 'UNKNOWN', hold };
}
