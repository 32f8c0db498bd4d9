import { DEFAULT_DISCONNECT_TIMES, type DisconnectPolicy } from '../../domain/supply/disconnectPolicy';
import {
  DEFAULT_NO_CUT_PERIODS,
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
}

/** A policy as the engine uses it. */
export interface CreditPolicy {
  readonly disconnect: DisconnectPolicy;
  readonly reconnect: ReconnectPolicy;
  /** Credit above which supply comes back, µ-currency. */
  readonly reconnectMinMicro: bigint;
  /** Percent of a top-up that goes to arrears first. */
  readonly recoveryPercent: number;
}

/** @param days the dates of the calendar that the body names, by local date */
export function creditPolicyOf(body: PolicyBody, days: Readonly<Record<string, string>> = {}): CreditPolicy {
  return {
    disconnect: {
      ...DEFAULT_DISCONNECT_TIMES,
      ...body.disconnect,
      noCutPeriods: noCutPeriodsOf(body.noCutPeriods ?? true, days),
    },
    reconnect: { ...DEFAULT_RECONNECT_POLICY, ...body.reconnect },
    reconnectMinMicro: BigInt(body.reconnectMinMicro ?? '0'),
    recoveryPercent: body.recoveryPercent ?? 100,
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
