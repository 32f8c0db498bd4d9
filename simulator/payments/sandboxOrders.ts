import { randomInt } from 'node:crypto';

export type WalletChannel = 'wechat' | 'alipay' | 'stripe';

/** An order as a wallet holds it. Amounts in the smallest unit of the currency. */
export interface SandboxOrder {
  readonly channel: WalletChannel;
  readonly orderNo: string;
  readonly amountFen: number;
  readonly currency: string;
  readonly description: string;
  readonly notifyUrl: string;
  returnUrl: string | null;
  readonly createdMs: number;
  state: 'OPEN' | 'PAID' | 'CLOSED';
  /** The wallet's number of the payment, once it is paid. */
  txn: string | null;
  paidMs: number | null;
  refundedFen: number;
  readonly refunds: Map<string, { id: string; amountFen: number }>;
}

/** Orders of the sandbox, by channel and the merchant's number. They live as long as the process. */
export class SandboxOrders {
  private readonly byKey = new Map<string, SandboxOrder>();

  find(channel: WalletChannel, orderNo: string): SandboxOrder | undefined {
    return this.byKey.get(`${channel}/${orderNo}`);
  }

  byTxn(channel: WalletChannel, txn: string): SandboxOrder | undefined {
    return [...this.byKey.values()].find((order) => order.channel === channel && order.txn === txn);
  }

  /** The order of this number, made if it is new: merchants repeat themselves. */
  open(
    order: Pick<
      SandboxOrder,
      | 'channel'
      | 'orderNo'
      | 'amountFen'
      | 'currency'
      | 'description'
      | 'notifyUrl'
      | 'returnUrl'
      | 'createdMs'
    >,
  ): SandboxOrder {
    const key = `${order.channel}/${order.orderNo}`;
    let known = this.byKey.get(key);
    if (!known) {
      known = { ...order, state: 'OPEN', txn: null, paidMs: null, refundedFen: 0, refunds: new Map() };
      this.byKey.set(key, known);
    }
    return known;
  }

  pay(order: SandboxOrder, nowMs: number): void {
    if (order.state !== 'OPEN') return;
    order.state = 'PAID';
    order.paidMs = nowMs;
    order.txn = newNumber(order.channel, nowMs);
  }

  /** Gives some of a payment back; null: more than is left. A refund number answers the same again. */
  refund(order: SandboxOrder, refundNo: string, amountFen: number, nowMs: number): { id: string } | null {
    const known = order.refunds.get(refundNo);
    if (known) return known;
    if (order.state !== 'PAID' || order.refundedFen + amountFen > order.amountFen) return null;
    const refund = { id: newNumber(order.channel, nowMs), amountFen };
    order.refunds.set(refundNo, refund);
    order.refundedFen += amountFen;
    return refund;
  }
}

/** Numbers that look like the provider's own. */
export function newNumber(channel: WalletChannel | 'card', nowMs: number): string {
  const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll('-', '');
  const tail = String(randomInt(281_474_976_710_655)).padStart(15, '0');
  switch (channel) {
    case 'wechat':
      return `4200001${day}${tail.slice(0, 13)}`;
    case 'alipay':
      return `${day}22001${tail}`;
    case 'stripe':
      return `pi_${tail}${day}`;
    case 'card':
      return `CARD${day}${tail}`;
  }
}
