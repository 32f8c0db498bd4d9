import { createHash, createHmac, randomUUID } from 'node:crypto';
import { type Message, type PersonSender, refused, retry, SENT } from '../channel';
import { exchange, objectIn, statusOutcome } from '../outbound';
import type { AliyunSmsSettings } from '../settings';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
/** RFC 3986: the characters that `encodeURIComponent` leaves and the scheme does not. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

export interface AliyunCall {
  readonly method: string;
  readonly query: Readonly<Record<string, string>>;
  /** `host` and every `x-acs-…` header, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Authorization by Alibaba Cloud's signature V3, ACS3-HMAC-SHA256 (help.aliyun.com, "V3 request body and signature mechanism"):
 * HMAC over the algorithm and the hash of method, path, sorted query, sorted signed headers, their names and the body's hash.
 */
export function aliyunAuthorization(keyId: string, keySecret: string, call: AliyunCall): string {
  const query = Object.keys(call.query)
    .sort()
    .map((name) => `${encode(name)}=${encode(call.query[name]!)}`)
    .join('&');
  const names = Object.keys(call.headers).sort();
  const canonical = [
    call.method,
    '/',
    query,
    ...names.map((name) => `${name}:${call.headers[name]!.trim()}`),
    '',
    names.join(';'),
    sha256(call.body),
  ].join('\n');
  const signature = createHmac('sha256', keySecret)
    .update(`ACS3-HMAC-SHA256\n${sha256(canonical)}`)
    .digest('hex');
  return `ACS3-HMAC-SHA256 Credential=${keyId},SignedHeaders=${names.join(';')},Signature=${signature}`;
}

/** Answers that pass: flow control per minute and hour, the service is busy; and what is ours to mend, keys and an empty purse. */
const PASSING =
  /^(isv\.(BUSINESS_LIMIT_CONTROL|AMOUNT_NOT_ENOUGH|OUT_OF_SERVICE)|isp\.|Throttling|ServiceUnavailable|InternalError|InvalidAccessKeyId|SignatureDoesNotMatch|Forbidden)/;
const GONE = new Set(['isv.MOBILE_NUMBER_ILLEGAL']);

/** Short messages of Alibaba Cloud (Dysmsapi 2017-05-25, SendSms) by templates that were approved there. */
export class AliyunSms implements PersonSender {
  constructor(
    private readonly settings: AliyunSmsSettings,
    private readonly now: () => number,
  ) {}

  send(address: string, message: Message) {
    const { settings } = this;
    const query = {
      PhoneNumbers: address.replace(/^\+86/, ''),
      SignName: settings.signName,
      TemplateCode: settings.templates[message.language],
      TemplateParam: JSON.stringify({ text: message.title }),
      OutId: message.id,
    };
    const { host } = new URL(settings.baseUrl);
    const headers = {
      host,
      'x-acs-action': 'SendSms',
      'x-acs-version': '2017-05-25',
      'x-acs-date': new Date(this.now()).toISOString().replace(/\.\d+Z$/, 'Z'),
      'x-acs-signature-nonce': randomUUID(),
      'x-acs-content-sha256': sha256(''),
    };
    const call = { method: 'POST', query, headers, body: '' };
    return exchange(
      `${settings.baseUrl}/?${new URLSearchParams(query)}`,
      {
        method: 'POST',
        headers: { ...headers, Authorization: aliyunAuthorization(settings.keyId, settings.keySecret, call) },
      },
      'ANYWHERE',
      (answer) => {
        const said = objectIn(answer.body);
        const code = said?.Code;
        if (code === 'OK') return SENT;
        if (typeof code === 'string' && /^[\w.]{1,60}$/.test(code))
          return PASSING.test(code)
            ? retry(`ALIYUN_${code}`, 60_000)
            : refused(`ALIYUN_${code}`, GONE.has(code));
        return statusOutcome(answer, 'PROVIDER') ?? retry('ANSWER_UNREADABLE');
      },
    );
  }
}
