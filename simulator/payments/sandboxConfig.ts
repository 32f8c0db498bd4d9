import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

/** What the payment sandbox knows: the providers' private halves of the keys, and where it is and whom it notifies. */
export const sandboxConfigSchema = z.strictObject({
  /** 0: any free one. */
  port: z.number().int().min(0).max(65_535),
  host: z.string().min(1).default('127.0.0.1'),
  wechat: z.strictObject({
    mchid: z.string(),
    appid: z.string(),
    apiV3Key: z.string(),
    merchantPublicKey: z.string(),
    platformSerial: z.string(),
    platformPrivateKey: z.string(),
  }),
  alipay: z.strictObject({
    appId: z.string(),
    sellerId: z.string(),
    appPublicKey: z.string(),
    alipayPrivateKey: z.string(),
  }),
  stripe: z.strictObject({ secretKey: z.string(), webhookSecret: z.string(), webhookUrl: z.string() }),
  card: z.strictObject({ keyId: z.string(), secret: z.string() }),
});
export type SandboxConfig = z.output<typeof sandboxConfigSchema>;

/** Reads the file of `SIM_PAYMENTS`. @throws Error whose message names the file and the field, never a value */
export function readSandboxFile(path: string): SandboxConfig {
  const parsed = sandboxConfigSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new Error(`SIM_PAYMENTS: ${path} at /${issue.path.join('/')}: ${issue.message}`);
}

function pair(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2_048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
}

/**
 * Fresh keys for both sides of a sandbox: what it holds itself, and the merchant settings that fit it, in the form of the
 * server's settings file.
 * @param sandboxUrl address of the sandbox, for browsers and for the server
 * @param productUrl address at which the product takes notifications
 */
export function newSandbox(sandboxUrl: string, productUrl: string, port: number, host = '127.0.0.1') {
  const [merchant, platform, app, alipay] = [pair(), pair(), pair(), pair()];
  const apiV3Key = randomBytes(16).toString('hex');
  const [secretKey, webhookSecret, cardSecret] = [0, 1, 2].map(() => randomBytes(18).toString('base64url'));
  const config: SandboxConfig = {
    port,
    host,
    wechat: {
      mchid: '1900000001',
      appid: 'wx0000000000000001',
      apiV3Key,
      merchantPublicKey: merchant.publicKey,
      platformSerial: 'PUB_KEY_ID_0000000001',
      platformPrivateKey: platform.privateKey,
    },
    alipay: {
      appId: '2021000000000001',
      sellerId: '2088000000000001',
      appPublicKey: app.publicKey,
      alipayPrivateKey: alipay.privateKey,
    },
    stripe: {
      secretKey: `sk_test_${secretKey}`,
      webhookSecret: `whsec_${webhookSecret}`,
      webhookUrl: `${productUrl}/api/payments/stripe/webhook`,
    },
    card: { keyId: 'wattkeep', secret: cardSecret! },
  };
  const settings = {
    wechat: {
      sandbox: true,
      baseUrl: sandboxUrl,
      mchid: config.wechat.mchid,
      appid: config.wechat.appid,
      apiV3Key,
      merchantSerial: 'MERCHANT0000000001',
      merchantPrivateKey: merchant.privateKey,
      platformKeys: [{ serial: config.wechat.platformSerial, publicKey: platform.publicKey }],
    },
    alipay: {
      sandbox: true,
      baseUrl: `${sandboxUrl}/gateway.do`,
      appId: config.alipay.appId,
      sellerId: config.alipay.sellerId,
      appPrivateKey: app.privateKey,
      alipayPublicKeys: [alipay.publicKey],
    },
    stripe: {
      sandbox: true,
      baseUrl: sandboxUrl,
      secretKey: config.stripe.secretKey,
      webhookSecrets: [config.stripe.webhookSecret],
    },
    card: {
      sandbox: true,
      baseUrl: `${sandboxUrl}/card`,
      keyId: config.card.keyId,
      secret: config.card.secret,
      terminal: 'WATTKEEP-WEB',
    },
  };
  return { config, settings };
}
