import type { PaymentChannel } from '../credit/posting';

const DAY_MS = 86_400_000;

/**
 * How money comes in by a channel. WALLET: the payer confirms at the provider's own page. DIRECT: the provider debits at
 * once. DESK: a person takes it over a counter. SHEET: rows of a bank's list are read in.
 */
export type ChannelKind = 'WALLET' | 'DIRECT' | 'DESK' | 'SHEET';

export interface ChannelFacts {
  readonly kind: ChannelKind;
  /** How long after a payment its provider still takes it back (ms); null: never, so refunds go by bank transfer or hand. */
  readonly refundWindowMs: number | null;
}

/** Every channel, with the longest time in which its provider documents refunds. */
export const CHANNEL_FACTS: Readonly<Record<PaymentChannel, ChannelFacts>> = {
  wechat: { kind: 'WALLET', refundWindowMs: 365 * DAY_MS },
  alipay: { kind: 'WALLET', refundWindowMs: 365 * DAY_MS },
  stripe: { kind: 'WALLET', refundWindowMs: 180 * DAY_MS },
  card: { kind: 'DIRECT', refundWindowMs: 365 * DAY_MS },
  counter: { kind: 'DESK', refundWindowMs: null },
  bank: { kind: 'SHEET', refundWindowMs: null },
};

/** Channels through which a person pays by themselves. */
export const ONLINE_CHANNELS = ['wechat', 'alipay', 'stripe', 'card'] as const satisfies PaymentChannel[];
export type OnlineChannel = (typeof ONLINE_CHANNELS)[number];
