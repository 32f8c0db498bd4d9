import type { PaymentChannel } from '../credit/posting';
import { invalid } from '../errors';
import { CHANNEL_FACTS } from './channels';

const FEN_MICRO = 10_000n;

/** A cash top-up as a refund sees it; amounts in µ. */
export interface RefundablePayment {
  readonly id: string;
  readonly channel: PaymentChannel;
  readonly amountMicro: bigint;
  /** What of it has gone back already or is on its way. */
  readonly refundedMicro: bigint;
  /** When it was credited, ms UTC. */
  readonly paidMs: number;
  /** Came by an order of ours, so its provider can be told; else it was entered from elsewhere. */
  readonly ordered: boolean;
}

/** A share of a refund: so much of this payment goes back (µ). */
export interface RefundPart {
  readonly paymentId: string;
  readonly channel: PaymentChannel;
  readonly amountMicro: bigint;
  /** PROVIDER: by the way it came. BY_HAND: over the counter or by bank transfer, for the provider takes it no more. */
  readonly how: 'PROVIDER' | 'BY_HAND';
}

/** Whole fen of an amount (µ), rounded down: money goes back in fen. */
export function wholeFenMicro(amountMicro: bigint): bigint {
  return amountMicro - (((amountMicro % FEN_MICRO) + FEN_MICRO) % FEN_MICRO);
}

/** The most that may go back (µ): the account's cash in whole fen, never above what of its top-ups is unrefunded. */
export function refundableMicro(cashMicro: bigint, payments: readonly RefundablePayment[]): bigint {
  const cash = cashMicro > 0n ? wholeFenMicro(cashMicro) : 0n;
  const unrefunded = payments.reduce((sum, payment) => sum + leftOf(payment), 0n);
  return cash < unrefunded ? cash : unrefunded;
}

/**
 * Which payments a refund goes back to: the newest first, each at most for what of it is left (domain.md 3.4, example G22).
 * Payments of one instant are taken by id, the higher one first, so that every run plans the same.
 * @param amountMicro what is wanted, a positive multiple of one fen; null: all that may go back
 * @throws DomainError invalid/REFUND_AMOUNT, invalid/REFUND_LIMIT
 */
export function planRefund(
  cashMicro: bigint,
  payments: readonly RefundablePayment[],
  amountMicro: bigint | null,
  nowMs: number,
): RefundPart[] {
  const mostMicro = refundableMicro(cashMicro, payments);
  const wantedMicro = amountMicro ?? mostMicro;
  if (amountMicro !== null && (amountMicro <= 0n || amountMicro % FEN_MICRO !== 0n))
    throw invalid('/amount', 'REFUND_AMOUNT', 'A refund is a positive amount with at most two decimals.');
  if (wantedMicro > mostMicro)
    throw invalid('/amount', 'REFUND_LIMIT', 'More than the unrefunded cash top-ups can not go back.');
  const parts: RefundPart[] = [];
  let restMicro = wantedMicro;
  for (const payment of newestFirst(payments)) {
    if (restMicro === 0n) break;
    const left = leftOf(payment);
    const partMicro = left < restMicro ? left : restMicro;
    if (partMicro === 0n) continue;
    parts.push({
      paymentId: payment.id,
      channel: payment.channel,
      amountMicro: partMicro,
      how: refundWay(payment, nowMs),
    });
    restMicro -= partMicro;
  }
  return parts;
}

function refundWay({ channel, paidMs, ordered }: RefundablePayment, nowMs: number): RefundPart['how'] {
  const { refundWindowMs } = CHANNEL_FACTS[channel];
  return ordered && refundWindowMs !== null && nowMs - paidMs <= refundWindowMs ? 'PROVIDER' : 'BY_HAND';
}

function leftOf({ amountMicro, refundedMicro }: RefundablePayment): bigint {
  const left = wholeFenMicro(amountMicro - refundedMicro);
  return left > 0n ? left : 0n;
}

function newestFirst(payments: readonly RefundablePayment[]): RefundablePayment[] {
  return [...payments].sort((left, right) =>
    left.paidMs === right.paidMs ? (left.id < right.id ? 1 : -1) : right.paidMs - left.paidMs,
  );
}
