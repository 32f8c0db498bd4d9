import { z } from 'zod';
import { parseSettingsText, type SettingsSource, settingsFile } from '../settingsFile';

/**
 * Settings of the channels: one JSON file, named by NOTIFICATION_SETTINGS, read again whenever it changes. A channel that is not
 * in it isn't offered to anybody. docs/notifications.md describes it. Nothing of it is ever logged.
 */

const secret = z.string().min(8);
const withoutSlash = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''));
/** A template approved by the provider, by language. */
const templates = z.strictObject({ 'zh-CN': z.string().min(1), en: z.string().min(1) });

/** Takes messages into a list that administrators see, instead of sending them. */
const sandbox = z.strictObject({ sandbox: z.literal(true) });

const smtp = z.strictObject({
  host: z.string().min(1),
  port: z.number().int().min(1).max(65_535).default(587),
  /** True: TLS from the first byte (port 465). False: TLS by STARTTLS, which is then required. */
  secure: z.boolean().default(false),
  /** False only for a relay in the own network that knows no TLS. */
  requireTls: z.boolean().default(true),
  user: z.string().min(1).optional(),
  password: z.string().min(1).optional(),
  from: z.string().min(3),
});

const wecom = z.strictObject({
  baseUrl: withoutSlash.default('https://qyapi.weixin.qq.com'),
  corpId: z.string().min(1),
  secret,
  agentId: z.number().int().positive(),
});

const wechat = z.strictObject({
  baseUrl: withoutSlash.default('https://api.weixin.qq.com'),
  appId: z.string().min(1),
  secret,
  templateId: z.string().min(1),
});

const aliyunSms = z.strictObject({
  provider: z.literal('aliyun'),
  baseUrl: withoutSlash.default('https://dysmsapi.aliyuncs.com'),
  keyId: z.string().min(1),
  keySecret: secret,
  signName: z.string().min(1),
  /** With one parameter, `text`. */
  templates,
});

const tencentSms = z.strictObject({
  provider: z.literal('tencent'),
  baseUrl: withoutSlash.default('https://sms.tencentcloudapi.com'),
  region: z.string().min(1).default('ap-guangzhou'),
  secretId: z.string().min(1),
  secretKey: secret,
  sdkAppId: z.string().min(1),
  signName: z.string().min(1),
  /** With one parameter. */
  templates,
});

const notificationSettingsSchema = z.strictObject({
  email: z.union([smtp, sandbox]).optional(),
  sms: z.union([z.discriminatedUnion('provider', [aliyunSms, tencentSms]), sandbox]).optional(),
  wecom: wecom.optional(),
  wechat: wechat.optional(),
  /** Web Push; `contact` is whom a push service may write to, mailto: or https:. */
  push: z
    .strictObject({
      publicKey: z.string().regex(/^[\w-]{87}$/, 'must be a VAPID public key'),
      privateKey: z.string().regex(/^[\w-]{43}$/, 'must be a VAPID private key'),
      contact: z.string().regex(/^(mailto:|https:)/, 'must begin with mailto: or https:'),
    })
    .optional(),
  /** Group robots and webhooks: what administrators may subscribe. */
  groups: z.array(z.enum(['DINGTALK', 'FEISHU', 'WEBHOOK'])).default([]),
  /** True: addresses that people enter may lie in the own network and without TLS. */
  allowPrivateReceivers: z.boolean().default(false),
});

export type NotificationSettings = z.output<typeof notificationSettingsSchema>;
export type NotificationSettingsFile = z.input<typeof notificationSettingsSchema>;
export type SmtpSettings = z.output<typeof smtp>;
export type WecomSettings = z.output<typeof wecom>;
export type WechatNoticeSettings = z.output<typeof wechat>;
export type AliyunSmsSettings = z.output<typeof aliyunSms>;
export type TencentSmsSettings = z.output<typeof tencentSms>;
export type PushSettings = NonNullable<NotificationSettings['push']>;

/** @throws SettingsFileError */
export const parseNotificationSettings = (text: string): NotificationSettings =>
  parseSettingsText('NOTIFICATION_SETTINGS', notificationSettingsSchema, text);

/** Where settings come from; asked before each use. */
export type NotificationSettingsSource = SettingsSource<NotificationSettings>;

/** No channel is configured: notices stand on screens alone. */
export const NO_NOTIFICATION_SETTINGS: NotificationSettingsSource = (() => {
  const none: NotificationSettings = { groups: [], allowPrivateReceivers: false };
  return { current: () => none };
})();

/** Settings from a file; see `settingsFile`. @throws SettingsFileError */
export const notificationSettingsFile = (
  path: string,
  onProblem: (message: string) => void,
): NotificationSettingsSource =>
  settingsFile('NOTIFICATION_SETTINGS', path, parseNotificationSettings, onProblem);
