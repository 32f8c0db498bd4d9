import { dueRefunds, type RefundRow } from '../../db/queries/refunds';
import { noteRefund, type RefundWord } from '../../engine/payments/refundSteps';
import type { LookDeps } from './lookAtOrders';
import { ProviderUnavailable } from './provider';

const AT_ONCE = 50;

/** Tells the providers of refunds that are due, and takes their word. */
export async function sendRefunds(deps: LookDeps): Promise<{ sent: number }> {
  const due = await dueRefunds(deps.database.pool, deps.engine.clock.now(), AT_ONCE);
  for (const refund of due) await noteRefund(deps.database, deps.engine, refund, await tell(deps, refund));
  return { sent: due.length };
}

async function tell({ engine, providers }: LookDeps, refund: RefundRow): Promise<RefundWord> {
  const state = refund.state === 'SENT' ? 'SENT' : 'QUEUED';
  const provider = providers.of(refund.channel);
  if (!provider) return { kind: 'RETRY', state, problem: 'NOT_CONFIGURED' };
  try {
    const answer = await provider.refund({
      refundNo: refund.refundNo,
      orderNo: refund.orderNo ?? refund.providerTxn,
      providerTxn: refund.providerTxn,
      paidMicro: refund.paidMicro,
      amountMicro: refund.amountMicro,
      currency: refund.currency,
      reason: refund.reason,
    });
    if (answer.kind === 'PENDING') return { kind: 'RETRY', state: 'SENT', problem: null };
    return answer;
  } catch (error) {
    const known = error instanceof ProviderUnavailable;
    engine.log[known ? 'warn' : 'error'](
      { refund: refund.refundNo, ...(known ? { why: error.message } : { err: error }) },
      'refund could not be told',
    );
    return { kind: 'RETRY', state, problem: 'PROVIDER_UNAVAILABLE' };
  }
}
