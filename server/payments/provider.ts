import type { OnlineChannel } from '../../domain/payments/channels';
import type { ProvenPayment } from '../../domain/payments/judgePayment';

/** An order as a provider is told of it. */
export interface OrderAtProvider {
  readonly orderNo: string;
  readonly amountMicro: bigint;
  /** ISO 4217. */
  readonly currency: string;
  /** What the payer reads at the provider. */
  readonly description: string;
  /** The provider's own name of the order, once it has told it. */
  readonly providerRef: string | null;
  /** When it is closed unpaid, ms UTC: nothing may be paid from then on. */
  readonly closesMs: number;
  /** Who pays, where the provider debits by that: the number of a campus card. */
  readonly payerNo: string | null;
  /** Address from which the payer ordered, while they are there. */
  readonly payerAddress: string | null;
}

/** What a provider says of an order, proven as far as the provider proves its answers. */
export type OrderAnswer =
  | { readonly kind: 'PAID'; readonly payment: ProvenPayment; readonly paidMs: number | null }
  | { readonly kind: 'UNPAID' }
  /** Nothing was paid and nothing can be any more. `reason` as a code, e.g. DECLINED. */
  | { readonly kind: 'CLOSED'; readonly reason: string };

export interface StartedOrder {
  /** Where the payer confirms; null: nothing to confirm. */
  readonly payUrl: string | null;
  readonly providerRef: string | null;
  /** For providers that debit at once. */
  readonly answer: OrderAnswer | null;
}

export interface RefundAtProvider {
  readonly refundNo: string;
  readonly orderNo: string;
  readonly providerTxn: string;
  /** Of the payment, and of this refund. */
  readonly paidMicro: bigint;
  readonly amountMicro: bigint;
  readonly currency: string;
  readonly reason: string;
}

export type RefundAnswer =
  | { readonly kind: 'DONE'; readonly providerRefund: string }
  /** Taken, not yet carried out: ask again with the same number. */
  | { readonly kind: 'PENDING'; readonly providerRefund: string | null }
  /** Refused for good. */
  | { readonly kind: 'REFUSED'; readonly reason: string };

/**
 * A way to pay by oneself, spoken to over the network. Every call may be repeated: the provider knows orders and refunds by our
 * numbers. A provider that does not answer, or answers nonsense, throws `ProviderUnavailable`; nothing is concluded from that.
 */
export interface PaymentProvider {
  readonly channel: OnlineChannel;
  start(order: OrderAtProvider): Promise<StartedOrder>;
  ask(order: OrderAtProvider): Promise<OrderAnswer>;
  /** Makes sure that nothing can be paid any more. Throws `ProviderUnavailable` where that can't be had (paid meanwhile). */
  close(order: OrderAtProvider): Promise<void>;
  refund(refund: RefundAtProvider): Promise<RefundAnswer>;
}

/** A notification as it came: the bytes before any parser, and the headers by lower-case name. */
export interface RawNotification {
  readonly body: Buffer;
  header(name: string): string | null;
}

/** What a verified notification says. */
export type Notification =
  | {
      readonly kind: 'PAYMENT';
      readonly eventId: string;
      readonly orderNo: string | null;
      readonly payment: ProvenPayment;
      readonly paidMs: number | null;
      /** True where it is too old to be believed unasked: the provider must confirm it. */
      readonly confirm: boolean;
    }
  /** The payer's bank took a payment back, or gave it back to us after all. */
  | {
      readonly kind: 'CHARGEBACK';
      readonly eventId: string;
      readonly step: 'TAKEN' | 'RETURNED';
      /** The provider's number of the chargeback. */
      readonly reference: string;
      readonly payment: ProvenPayment;
      readonly reason: string;
    }
  /** Authentic, and about something else. */
  | { readonly kind: 'OTHER'; readonly eventId: string; readonly what: string };

/** A provider that tells us by itself. */
export interface NotifyingProvider extends PaymentProvider {
  /** Verifies, then reads. @throws NotificationRefused */
  readNotification(raw: RawNotification, nowMs: number): Notification;
}

/** Reasons for which a notification is refused before anything of it is believed. */
export type NotificationRefusal =
  | 'SIGNATURE'
  | 'TIMESTAMP'
  | 'UNKNOWN_KEY'
  | 'MALFORMED'
  | 'WRONG_MERCHANT'
  | 'NOT_CONFIRMED';

export class NotificationRefused extends Error {
  override readonly name = 'NotificationRefused';

  constructor(
    readonly reason: NotificationRefusal,
    /** For finance; never holds a key or a signature. */
    readonly detail: string,
    /** What it claims to be, for the record alone. */
    readonly claimed: { readonly eventId?: string; readonly orderNo?: string } = {},
  ) {
    super(`${reason}: ${detail}`);
  }
}

/** The provider can't be reached, answers an error of its own, or answers something that is not proven to be its. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable';
}
