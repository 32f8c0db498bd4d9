/** Where a payment order stands. Only CREDITED and the two after it have moved money to the account. */
export const ORDER_STATES = [
  'CREATED',
  'PAID',
  'CREDITED',
  'PART_REFUNDED',
  'REFUNDED',
  'CLOSED',
  'MISMATCH',
] as const;
export type OrderState = (typeof ORDER_STATES)[number];

/**
 * What happens to an order. PAY: the provider proves that exactly the ordered amount was paid. CREDIT: the ledger holds it.
 * CLOSE: nothing was paid in time, or the payer was declined. MISMATCH: another amount or currency arrived. REFUND_NONE, _PART
 * and _ALL: so much of it has gone back by now; a refund that its provider could not carry out comes off again.
 */
export const ORDER_EVENTS = [
  'PAY',
  'CREDIT',
  'CLOSE',
  'MISMATCH',
  'REFUND_NONE',
  'REFUND_PART',
  'REFUND_ALL',
] as const;
export type OrderEvent = (typeof ORDER_EVENTS)[number];

/** MOVED: a new state. SAME: a repeat that changes nothing. REFUSED: the state does not take this. */
export type OrderStep =
  | { readonly outcome: 'MOVED'; readonly from: OrderState; readonly to: OrderState }
  | { readonly outcome: 'SAME'; readonly state: OrderState }
  | { readonly outcome: 'REFUSED'; readonly state: OrderState };

type Cell = OrderState | 'same' | 'no';

/**
 * Total: every state says something of every event, in the order of ORDER_EVENTS. A closed order that turns out paid (the
 * payer confirmed in the very second of closing) is paid: the money is there and the order says whose it is. A mismatch is
 * final, because its money lies in suspense until a person decides.
 */
const TABLE: Readonly<Record<OrderState, readonly [Cell, Cell, Cell, Cell, Cell, Cell, Cell]>> = {
  //               PAY     CREDIT      CLOSE     MISMATCH    REFUND_NONE  REFUND_PART      REFUND_ALL
  CREATED: /*   */ ['PAID', 'no', 'CLOSED', 'MISMATCH', 'no', 'no', 'no'],
  PAID: /*      */ ['same', 'CREDITED', 'no', 'no', 'no', 'no', 'no'],
  CREDITED: /*  */ ['same', 'same', 'no', 'no', 'same', 'PART_REFUNDED', 'REFUNDED'],
  PART_REFUNDED: ['same', 'same', 'no', 'no', 'CREDITED', 'same', 'REFUNDED'],
  REFUNDED: /*  */ ['same', 'same', 'no', 'no', 'CREDITED', 'PART_REFUNDED', 'same'],
  CLOSED: /*    */ ['PAID', 'no', 'same', 'MISMATCH', 'no', 'no', 'no'],
  MISMATCH: /*  */ ['no', 'no', 'no', 'same', 'no', 'no', 'no'],
};

/** The next state of an order; total over states and events. */
export function orderStep(state: OrderState, event: OrderEvent): OrderStep {
  const cell = TABLE[state][ORDER_EVENTS.indexOf(event)]!;
  if (cell === 'no') return { outcome: 'REFUSED', state };
  if (cell === 'same') return { outcome: 'SAME', state };
  return { outcome: 'MOVED', from: state, to: cell };
}

/** The event that tells how much (µ) of a credited order has gone back. */
export function refundEvent(amountMicro: bigint, refundedMicro: bigint): OrderEvent {
  if (refundedMicro <= 0n) return 'REFUND_NONE';
  return refundedMicro < amountMicro ? 'REFUND_PART' : 'REFUND_ALL';
}
