import { DEFAULT_DISCONNECT_TIMES, type DisconnectPolicy } from '../../domain/supply/disconnectPolicy';
import {
  DEFAULT_NO_CUT_PERIODS,
  type DeclaredPeriod,
  NO_NO_CUT_PERIODS,
  type NoCutPeriods,
} from '../../domain/supply/noCutPeriods';
import { DEFAULT_RECONNECT_POLICY, type ReconnectPolicy } from '../../domain/supply/reconnectPolicy';

/** `policy.body`. What is absent follows the product's defaults; times in ms, `reconnectMinMicro` as decimal text. */
export interface PolicyBody {
  /** True: 22:00 to 08:00 and weekends; false: none; or the periods themselves. */
  readonly noCutPeriods?: boolean | Partial<NoCutPeriods>;
  /** Code of the calendar whose HOLIDAY, EXAM and WORKDAY dates count. */
  readonly calendar?: string | null;
  readonly disconnect?: Partial<Omit<DisconnectPolicy, 'noCutPeriods'>>;
  readonly reconnect?: Partial<ReconnectPolicy>;
  readonly reconnectMinMicro?: string;
  readonly recoveryPercent?: number;
  /** What an emergency credit lends, µ-currency as text; absent or "0": none is granted. */
  readonly emergencyCreditMicro?: string;
  /** Two-stage trip: the level of the first, µ-currency as text; absent or null: supply trips at the limit alone. */
  readonly earlyTripAtMicro?: string | null;
  /** Low-balance levels of accounts in units, µ-units as text, the highest first; absent: none. */
  readonly unitLevelsMicro?: readonly string[];
}

/** A policy as the engine uses it. */
export interface CreditPolicy {
  readonly disconnect: DisconnectPolicy;
  readonly reconnect: ReconnectPolicy;
  /** Credit above which supply comes back, µ-currency. */
  readonly reconnectMinMicro: bigint;
  /** Percent of a top-up that goes to arrears first. */
  readonly recoveryPercent: number;
  /** What an emergency credit lends, µ-currency; 0: none. */
  readonly emergencyCreditMicro: bigint;
  /** Level of the first of two trips, µ-currency; null: one trip, at the limit. */
  readonly earlyTripAtMicro: bigint | null;
  /** Low-balance levels of accounts in units, µ-units, the highest first; those by money are not theirs. */
  readonly unitLevelsMicro: readonly bigint[];
}

/**
 * @param days the dates of the calendar that the body names, by local date
 * @param declared no-cut times that were declared for it
 */
export function creditPolicyOf(
  body: PolicyBody,
  days: Readonly<Record<string, string>> = {},
  declared: readonly DeclaredPeriod[] = [],
): CreditPolicy {
  const periods = noCutPeriodsOf(body.noCutPeriods ?? true, days);
  return {
    disconnect: {
      ...DEFAULT_DISCONNECT_TIMES,
      ...body.disconnect,
      noCutPeriods: { ...periods, declared: [...periods.declared, ...declared] },
    },
    reconnect: { ...DEFAULT_RECONNECT_POLICY, ...body.reconnect },
    reconnectMinMicro: BigInt(body.reconnectMinMicro ?? '0'),
    recoveryPercent: body.recoveryPercent ?? 100,
    emergencyCreditMicro: BigInt(body.emergencyCreditMicro ?? '0'),
    earlyTripAtMicro: body.earlyTripAtMicro == null ? null : BigInt(body.earlyTripAtMicro),
    unitLevelsMicro: (body.unitLevelsMicro ?? []).map(BigInt),
  };
}

function noCutPeriodsOf(
  stored: boolean | Partial<NoCutPeriods>,
  days: Readonly<Record<string, string>>,
): NoCutPeriods {
  if (stored === false) return NO_NO_CUT_PERIODS;
  const base = stored === true ? DEFAULT_NO_CUT_PERIODS : { ...NO_NO_CUT_PERIODS, ...stored };
  const dates = (dayType: string) => Object.keys(days).filter((date) => days[date] === dayType);
  return {
    ...base,
    holidays: [...base.holidays, ...dates('HOLIDAY')],
    workedDates: [...base.workedDates, ...dates('WORKDAY')],
    examWeeks: [...base.examWeeks, ...dates('EXAM').map((date) => ({ fromDate: date, toDate: date }))],
  };
}
