import { createDecipheriv, createPublicKey, createSign, type KeyObject, verify } from 'node:crypto';
import { NotificationRefused } from '../provider';
import type { WechatSettings } from '../settings';
import { signatureBytes } from '../signatureBytes';

/** How far the platform's clock and ours may be apart. */
const WINDOW_S = 300;
const TAG_BYTES = 16;
export const WECHAT_SIGNATURE_TYPE = 'WECHATPAY2-SHA256-RSA2048';

export interface WechatSigned {
  readonly body: Buffer;
  header(name: string): string | null;
}

/**
 * Checks what the platform signed, a notification or an answer: `{timestamp}\n{nonce}\n{raw body}\n` with SHA-256 and RSA
 * (PKCS #1 v1.5) under the key that `Wechatpay-Serial` names (domain.md 8). Nothing of the body is looked at before.
 * @throws NotificationRefused MALFORMED, TIMESTAMP, UNKNOWN_KEY, SIGNATURE
 */
export function verifyWechat(
  signed: WechatSigned,
  platformKeys: WechatSettings['platformKeys'],
  nowMs: number,
): void {
  const timestamp = signed.header('wechatpay-timestamp') ?? '';
  const nonce = signed.header('wechatpay-nonce') ?? '';
  const signature = signed.header('wechatpay-signature') ?? '';
  const serial = signed.header('wechatpay-serial') ?? '';
  const type = signed.header('wechatpay-signature-type');
  if (!/^\d{1,12}$/.test(timestamp) || nonce === '' || signature === '' || serial === '')
    throw new NotificationRefused('MALFORMED', 'signature headers are missing');
  if (type !== null && type !== WECHAT_SIGNATURE_TYPE)
    throw new NotificationRefused('MALFORMED', 'another kind of signature');
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) >= WINDOW_S)
    throw new NotificationRefused('TIMESTAMP', `signed at ${timestamp}`);
  const key = platformKeys.find((one) => one.serial === serial);
  if (!key) throw new NotificationRefused('UNKNOWN_KEY', 'no platform key of this serial');
  const message = Buffer.concat([
    Buffer.from(`${timestamp}\n${nonce}\n`, 'utf8'),
    signed.body,
    Buffer.from('\n'),
  ]);
  const bytes = signatureBytes(signature);
  if (!bytes || !verify('RSA-SHA256', message, keyOf(key.publicKey), bytes))
    throw new NotificationRefused('SIGNATURE', 'the signature does not fit');
}

const keys = new Map<string, KeyObject>();

/** Parsed once; a certificate stands for its public key. */
function keyOf(pem: string): KeyObject {
  let key = keys.get(pem);
  if (!key) {
    key = createPublicKey(pem);
    if (keys.size > 100) keys.clear();
    keys.set(pem, key);
  }
  return key;
}

/**
 * Opens a notification's `resource`: AES-256-GCM under the APIv3 key, the 16-byte tag at the end of the ciphertext.
 * @throws NotificationRefused SIGNATURE where the tag does not fit
 */
export function openResource(
  resource: { readonly ciphertext: string; readonly nonce: string; readonly associatedData: string },
  apiV3Key: string,
): Buffer {
  const sealed = Buffer.from(resource.ciphertext, 'base64');
  try {
    const decipher = createDecipheriv(
      'aes-256-gcm',
      Buffer.from(apiV3Key, 'utf8'),
      Buffer.from(resource.nonce, 'utf8'),
      { authTagLength: TAG_BYTES },
    );
    decipher.setAAD(Buffer.from(resource.associatedData, 'utf8'));
    decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
  } catch {
    throw new NotificationRefused('SIGNATURE', 'the sealed part can not be opened');
  }
}

/** The `Authorization` header of a request of ours: `{method}\n{path and query}\n{timestamp}\n{nonce}\n{body}\n`. */
export function wechatAuthorization(
  request: { readonly method: string; readonly pathAndQuery: string; readonly body: string },
  settings: Pick<WechatSettings, 'mchid' | 'merchantSerial' | 'merchantPrivateKey'>,
  timestampS: number,
  nonce: string,
): string {
  const message = `${request.method}\n${request.pathAndQuery}\n${timestampS}\n${nonce}\n${request.body}\n`;
  const signature = createSign('RSA-SHA256').update(message).sign(settings.merchantPrivateKey, 'base64');
  return (
    `${WECHAT_SIGNATURE_TYPE} mchid="${settings.mchid}",nonce_str="${nonce}",timestamp="${timestampS}",` +
    `serial_no="${settings.merchantSerial}",signature="${signature}"`
  );
}
