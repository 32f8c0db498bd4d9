import type { PaymentMethod } from '../../contracts/payments';
import type { PaymentChannel } from '../../domain/credit/posting';
import { CHANNEL_FACTS, ONLINE_CHANNELS, type OnlineChannel } from '../../domain/payments/channels';
import type { Clock } from '../../domain/time/clock';
import { Alipay } from './alipay/alipay';
import { CampusCard } from './card/campusCard';
import type { NotifyingProvider, PaymentProvider } from './provider';
import type { PaymentSettingsSource } from './settings';
import { Stripe } from './stripe/stripe';
import { WechatPay } from './wechat/wechatPay';

/** Paths under which providers notify us. */
export const NOTIFY_PATHS = {
  wechat: '/api/payments/wechat/notify',
  alipay: '/api/payments/alipay/notify',
  stripe: '/api/payments/stripe/webhook',
} as const;

export type NotifyingChannel = keyof typeof NOTIFY_PATHS;

/** The configured providers, made anew from the settings at each use, so that a changed key holds at once. */
export class Providers {
  constructor(
    private readonly settings: PaymentSettingsSource,
    /** Our own address, without a trailing slash. */
    private readonly publicUrl: string,
    private readonly clock: Clock,
  ) {}

  methods(): PaymentMethod[] {
    const settings = this.settings.current();
    return ONLINE_CHANNELS.flatMap((channel) => {
      const one = settings[channel];
      const { kind } = CHANNEL_FACTS[channel];
      return one && (kind === 'WALLET' || kind === 'DIRECT') ? [{ channel, kind, sandbox: one.sandbox }] : [];
    });
  }

  /** Code of the campus whose merchant account a channel's is; null: the settings name none. */
  campusOf(channel: OnlineChannel): string | null {
    return this.settings.current()[channel]?.campus ?? null;
  }

  /** Null: not configured. */
  notifying(channel: NotifyingChannel): NotifyingProvider | null {
    const settings = this.settings.current();
    const notifyUrl = this.publicUrl + NOTIFY_PATHS[channel];
    switch (channel) {
      case 'wechat':
        return settings.wechat ? new WechatPay(settings.wechat, notifyUrl, this.returnUrl, this.clock) : null;
      case 'alipay':
        return settings.alipay ? new Alipay(settings.alipay, notifyUrl, this.returnUrl, this.clock) : null;
      case 'stripe':
        return settings.stripe ? new Stripe(settings.stripe, this.returnUrl) : null;
    }
  }

  of(channel: PaymentChannel): PaymentProvider | null {
    switch (channel) {
      case 'wechat':
      case 'alipay':
      case 'stripe':
        return this.notifying(channel);
      case 'card': {
        const { card } = this.settings.current();
        return card ? new CampusCard(card, this.clock) : null;
      }
      case 'counter':
      case 'bank':
        return null;
    }
  }

  /** Where the payer comes back to. Nothing is credited by coming back: the page asks how the order stands. */
  private readonly returnUrl = (orderNo: string): string => `${this.publicUrl}/me/topup?order=${orderNo}`;
}
