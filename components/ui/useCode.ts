'use client';

import { useTranslations } from 'next-intl';
import { DESK_ALONE_MICRO, REFUND_ALONE_MICRO } from '../../domain/payments/secondPerson';
import { TOP_UP_MAX_MICRO, TOP_UP_MIN_MICRO } from '../../domain/payments/topUpBounds';
import { formatNumber } from './format';

/** Groups of the code table in `messages/{language}/codes.json`. */
export type CodeGroup =
  | 'role'
  | 'utility'
  | 'alarmRule'
  | 'alarmState'
  | 'shelveReason'
  | 'commandState'
  | 'trackState'
  | 'trackTitle'
  | 'commandEnd'
  | 'meterAnswer'
  | 'commandAction'
  | 'supplyReason'
  | 'cause'
  | 'refusal'
  | 'disconnectRule'
  | 'reconnectRule'
  | 'protection'
  | 'position'
  | 'band'
  | 'quality'
  | 'channel'
  | 'pot'
  | 'ledgerKind'
  | 'disputeState'
  | 'orderProblem'
  | 'suspenseReason'
  | 'refundState'
  | 'refundProblem'
  | 'sheetVerdict'
  | 'accountClass'
  | 'accountKind'
  | 'emergencyCredit'
  | 'fundNotice'
  | 'noticeChannel'
  | 'noticeTopic'
  | 'deliveryState'
  | 'deliveryReason';

/** Limits that texts of refusals name, as the rules have them. */
const LIMITS = {
  aloneADay: limitText(REFUND_ALONE_MICRO),
  deskADay: limitText(DESK_ALONE_MICRO),
  topUpMin: limitText(TOP_UP_MIN_MICRO),
  topUpMax: limitText(TOP_UP_MAX_MICRO),
};

/** Whole fen without a currency's sign, in groups of three: `20,000.00`. */
function limitText(micro: bigint): string {
  return formatNumber(Number(micro) / 1_000_000, 2);
}

/** Words of a stored code. One that has no text yet shows as it is stored, never as a blank or a crash. */
export function useCode(): (group: CodeGroup, code: string) => string {
  const t = useTranslations();
  return (group, code) => {
    const key = group === 'alarmRule' ? `alarms.rules.${code}.title` : `codes.${group}.${code}`;
    return t.has(key) ? t(key, LIMITS) : code;
  };
}
