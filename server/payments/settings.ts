import { readFileSync, statSync } from 'node:fs';
import { z } from 'zod';

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

/** A settings file that can't be used; the message names the place and the rule, never a value. */
export class PaymentSettingsError extends Error {
  override readonly name = 'PaymentSettingsError';
}

/** @throws PaymentSettingsError */
export function parsePaymentSettings(text: string): PaymentSettings {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new PaymentSettingsError('PAYMENT_SETTINGS: the file is not JSON');
  }
  const parsed = paymentSettingsSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(
    (issue) =>
      `/${issue.path.map(String).join('/')} ${issue.code === 'unrecognized_keys' ? `has unknown ${issue.keys.join(', ')}` : issue.message}`,
  );
  throw new PaymentSettingsError(`PAYMENT_SETTINGS: ${issues.join('; ')}`);
}

/** Where settings come from; asked before each use. */
export interface PaymentSettingsSource {
  current(): PaymentSettings;
}

/** No provider is configured. */
export const NO_PAYMENT_SETTINGS: PaymentSettingsSource = { current: () => ({}) };

/** How often a changed file is noticed at most, ms. */
const LOOK_MS = 1_000;

/**
 * Settings from a file. At the start a bad file is an error; a file that turns bad later is told to `onProblem` once, and the
 * last good settings stay in force.
 * @throws PaymentSettingsError
 */
export function paymentSettingsFile(
  path: string,
  onProblem: (message: string) => void,
): PaymentSettingsSource {
  const stampOf = () => {
    const { mtimeMs, size, ino } = statSync(path);
    return `${mtimeMs}/${size}/${ino}`;
  };
  const read = (): { stamp: string; settings: PaymentSettings } => {
    try {
      const stamp = stampOf();
      return { stamp, settings: parsePaymentSettings(readFileSync(path, 'utf8')) };
    } catch (error) {
      if (error instanceof PaymentSettingsError) throw error;
      throw new PaymentSettingsError('PAYMENT_SETTINGS: the file can not be read');
    }
  };
  let known = read();
  let lookedAt = performance.now();
  let toldStamp: string | null = null;
  return {
    current() {
      if (performance.now() - lookedAt < LOOK_MS) return known.settings;
      lookedAt = performance.now();
      let stamp = 'missing';
      try {
        stamp = stampOf();
        if (stamp !== known.stamp) known = read();
      } catch (error) {
        if (stamp !== toldStamp) {
          toldStamp = stamp;
          onProblem(
            error instanceof PaymentSettingsError ? error.message : 'PAYMENT_SETTINGS: the file is gone',
          );
        }
      }
      return known.settings;
    },
  };
}
