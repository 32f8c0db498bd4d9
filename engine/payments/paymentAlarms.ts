import type { Tx } from '../../db/client';
import { insertNotice } from '../../db/queries/notices';
import { paymentsWaiting } from '../../db/queries/suspenseItems';
import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import { type AlarmSignal, applyAlarmSignal } from '../applyAlarmEvent';

type PaymentRule = Extract<AlarmRuleCode, `PAYMENT_${string}`>;

const signal = (
  rule: PaymentRule,
  kind: AlarmSignal['kind'],
  campusId: number,
  atMs: number,
  evidence: Record<string, unknown> = {},
): AlarmSignal => ({
  rule,
  kind,
  atMs,
  evidence,
  subject: { campusId, type: 'SITE', id: campusId, spaceId: null },
});

/** Money that needs a person: an alarm at the campus, and a notice by which finance finds it. */
export async function alarmPayment(
  tx: Tx,
  nowMs: number,
  what: {
    readonly rule: 'PAYMENT_SUSPENSE' | 'PAYMENT_HELD';
    readonly campusId: number;
    /** Of the suspense item or order; one notice each. */
    readonly ticket: string;
    readonly evidence: Record<string, string>;
  },
): Promise<void> {
  const { rule, campusId, ticket, evidence } = what;
  await applyAlarmSignal(tx, nowMs, signal(rule, 'RAISE', campusId, nowMs, { ticket, ...evidence }));
  await insertNotice(tx.client, {
    campusId,
    kind: rule,
    accountId: null,
    departmentId: null,
    atMs: nowMs,
    dedupeKey: `${rule}:${ticket}`,
    body: { ticket, ...evidence },
  });
}

/**
 * What finance must know of and nothing waits for: told once for each ticket, by a notice and an alarm that is over as soon as
 * somebody has seen it.
 */
export async function alarmPaymentOnce(
  tx: Tx,
  nowMs: number,
  what: {
    readonly rule: 'PAYMENT_CONFLICT' | 'PAYMENT_CHARGEBACK';
    readonly campusId: number;
    /** Whose payment it is; null: nobody's, or not to be told to the account. */
    readonly accountId: number | null;
    readonly ticket: string;
    readonly evidence: Record<string, string>;
  },
): Promise<void> {
  const { rule, campusId, accountId, ticket, evidence } = what;
  const told = await insertNotice(tx.client, {
    campusId,
    kind: rule,
    accountId,
    departmentId: null,
    atMs: nowMs,
    dedupeKey: `${rule}:${ticket}`,
    body: { ticket, ...evidence },
  });
  if (!told) return;
  await applyAlarmSignal(tx, nowMs, signal(rule, 'RAISE', campusId, nowMs, { ticket, ...evidence }));
  await applyAlarmSignal(tx, nowMs, signal(rule, 'RETURN', campusId, nowMs));
}

/** A notification that claims to be a provider's and is not: told once, over as soon as somebody has seen it. */
export async function alarmForgery(
  tx: Tx,
  nowMs: number,
  campusId: number,
  evidence: Record<string, string>,
): Promise<void> {
  await applyAlarmSignal(tx, nowMs, signal('PAYMENT_FORGED', 'RAISE', campusId, nowMs, evidence));
  await applyAlarmSignal(tx, nowMs, signal('PAYMENT_FORGED', 'RETURN', campusId, nowMs));
}

/** Takes the alarms back for which nothing waits any more. */
export async function returnPaymentAlarms(tx: Tx, nowMs: number, campusId: number): Promise<void> {
  const { suspense, held } = await paymentsWaiting(tx.client, campusId);
  if (suspense === 0)
    await applyAlarmSignal(tx, nowMs, signal('PAYMENT_SUSPENSE', 'RETURN', campusId, nowMs));
  if (held === 0) await applyAlarmSignal(tx, nowMs, signal('PAYMENT_HELD', 'RETURN', campusId, nowMs));
}
