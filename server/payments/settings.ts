import { z } from 'zod';
import { codeField } from '../../contracts/importFields';
import { parseSettingsText, type SettingsSource, settingsFile } from '../settingsFile';

/**
 * Merchant settings of the payment providers: one JSON file, named by PAYMENT_SETTINGS, read again whenever it changes, so that
 * keys are rotated without a restart. docs/payments.md describes it. Nothing of it is ever logged.
 */

const secret = z.string().min(8);
const pem = z.string().regex(/^-----BEGIN [A-Z ]+-----/, 'must be a PEM key');
const address = z.url({ protocol: /^https?$/ });
const withoutSlash = address.transform((url) => url.replace(/\/+$/, ''));
const common = {
  /** True: a sandbox in which no money moves; pages say so. */
  sandbox: z.boolean().default(false),
  baseUrl: withoutSlash,
  /**
   * Code of the campus whose merchant account it is: it looks after money that names no order of ours. Needed with several
   * campuses alone.
   */
  campus: codeField.optional(),
};

const wechat = z.strictObject({
  ...common,
  baseUrl: withoutSlash.default('https://api.mch.weixin.qq.com'),
  mchid: z.string().min(1),
  appid: z.string().min(1),
  /** 32 bytes; notifications are encrypted with it. */
  apiV3Key: z.string().refine((key) => Buffer.byteLength(key) === 32, 'must have 32 bytes'),
  /** The merchant's own certificate, by which requests are signed. */
  merchantSerial: z.string().min(1),
  merchantPrivateKey: pem,
  /** The platform's public keys or certificates by serial; old and new side by side while they change. */
  platformKeys: z.array(z.strictObject({ serial: z.string().min(1), publicKey: pem })).min(1),
});

const alipay = z.strictObject({
  ...common,
  baseUrl: withoutSlash.default('https://openapi.alipay.com/gateway.do'),
  appId: z.string().min(1),
  sellerId: z.string().min(1),
  appPrivateKey: pem,
  alipayPublicKeys: z.array(pem).min(1),
});

const stripe = z.strictObject({
  ...common,
  baseUrl: withoutSlash.default('https://api.stripe.com'),
  secretKey: secret,
  /** Of the webhook endpoint; old and new side by side while they change. */
  webhookSecrets: z.array(secret).min(1),
});

const card = z.strictObject({
  ...common,
  keyId: z.string().min(1),
  secret: secret,
  terminal: z.string().min(1),
});

const paymentSettingsSchema = z.strictObject({
  wechat: wechat.optional(),
  alipay: alipay.optional(),
  stripe: stripe.optional(),
  card: card.optional(),
});

export type PaymentSettings = z.output<typeof paymentSettingsSchema>;
export type PaymentSettingsFile = z.input<typeof paymentSettingsSchema>;
export type WechatSettings = NonNullable<PaymentSettings['wechat']>;
export type AlipaySettings = NonNullable<PaymentSettings['alipay']>;
export type StripeSettings = NonNullable<PaymentSettings['stripe']>;
export type CardSettings = NonNullable<PaymentSettings['card']>;

/** @throws SettingsFileError */
export const parsePaymentSettings = (text: string): PaymentSettings =>
  parseSettingsText('PAYMENT_SETTINGS', paymentSettingsSchema, text);

/** Where settings come from; asked before each use. */
export type PaymentSettingsSource = SettingsSource<PaymentSettings>;

/** No provider is configured. */
export const NO_PAYMENT_SETTINGS: PaymentSettingsSource = { current: () => ({}) };

/** Settings from a file; see `settingsFile`. @throws SettingsFileError */
export const paymentSettingsFile = (
  path: string,
  onProblem: (message: string) => void,
): PaymentSettingsSource => settingsFile('PAYMENT_SETTINGS', path, parsePaymentSettings, onProblem);
