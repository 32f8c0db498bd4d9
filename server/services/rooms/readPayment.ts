import type { LiveCommand } from '../../../contracts/liveEvents';
import { findAccountView } from '../../../db/queries/accountViews';
import { findCommandView } from '../../../db/queries/commandViews';
import { listAccountPayments } from '../../../db/queries/rooms';
import { DomainError } from '../../../domain/errors';
import { type Caller, requirePermission } from '../../auth/caller';
import { liveCommand } from '../../live/shapes';
import type { ReadDeps } from '../deps';

const LOOK_BACK_MS = 30 * 86_400_000;
const PAYMENTS_MAX = 200;

/** A payment with the restores that it caused: paid, credited, command sent, power measured. */
export interface PaymentTimeline {
  readonly id: string;
  readonly channel: string;
  readonly reference: string;
  readonly amountMicro: bigint;
  readonly acceptedMs: number;
  /** Credited in the same transaction in which it was accepted: the ledger transaction that proves it. */
  readonly txId: string;
  readonly txHash: string;
  readonly commands: readonly LiveCommand[];
}

/** What became of a payment. @throws DomainError `forbidden`, `notFound` */
export async function readPayment(
  deps: ReadDeps,
  caller: Caller,
  input: { readonly accountCode: string; readonly id: string },
): Promise<PaymentTimeline> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  const account = await findAccountView(deps.reader, scope, input.accountCode);
  const sinceMs = deps.engine.clock.now() - LOOK_BACK_MS;
  const payments = account
    ? await listAccountPayments(deps.reader, scope, account.id, sinceMs, PAYMENTS_MAX)
    : [];
  const payment = payments.find(({ id }) => id === input.id);
  if (!payment) throw new DomainError('notFound', 'PAYMENT', `There is no payment ${input.id}.`);
  const commands: LiveCommand[] = [];
  for (const id of payment.commandIds) {
    const row = await findCommandView(deps.reader, scope, id);
    const command = row && liveCommand(row);
    if (command) commands.push(command);
  }
  return {
    id: payment.id,
    channel: payment.channel.toUpperCase(),
    reference: payment.reference,
    amountMicro: payment.amountMicro,
    acceptedMs: payment.acceptedMs,
    txId: payment.txId.toString(),
    txHash: payment.txHash,
    commands,
  };
}
