import { createHash, createHmac } from 'node:crypto';
import { type Message, type PersonSender, refused, retry, SENT } from '../channel';
import { exchange, objectIn, statusOutcome } from '../outbound';
import type { TencentSmsSettings } from '../settings';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

export interface TencentCall {
  readonly service: string;
  /** Signed headers by lower-case name; `content-type` and `host` are among them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Seconds since 1970. */
  readonly timestamp: number;
}

/**
 * Authorization by Tencent Cloud's signature v3, TC3-HMAC-SHA256 (cloud.tencent.com, "Signature method v3"): the key is derived from
 * date, service and `tc3_request`; it signs timestamp, scope and the hash of the canonical request. Header values are lower-cased.
 */
export function tencentAuthorization(secretId: string, secretKey: string, call: TencentCall): string {
  const names = Object.keys(call.headers).sort();
  const canonical = [
    'POST',
    '/',
    '',
    ...names.map((name) => `${name}:${call.headers[name]!.toLowerCase()}`),
    '',
    names.join(';'),
    sha256(call.body),
  ].join('\n');
  const date = new Date(call.timestamp * 1_000).toISOString().slice(0, 10);
  const scope = `${date}/${call.service}/tc3_request`;
  const toSign = ['TC3-HMAC-SHA256', call.timestamp, scope, sha256(canonical)].join('\n');
  const key = hmac(hmac(hmac(`TC3${secretKey}`, date), call.service), 'tc3_request');
  const signature = hmac(key, toSign).toString('hex');
  return `TC3-HMAC-SHA256 Credential=${secretId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
}

/** Answers that pass: limits of a moment or a day, faults inside; and what is ours to mend, keys and an empty purse. */
const PASSING =
  /^(LimitExceeded|InternalError|RequestLimitExceeded|FailedOperation\.(FailResolvePacket|InsufficientBalanceInSmsPackage)|AuthFailure|UnauthorizedOperation)/;
const GONE = new Set([
  'FailedOperation.PhoneNumberInBlacklist',
  'InvalidParameterValue.IncorrectPhoneNumber',
]);

/** Short messages of Tencent Cloud (sms 2021-01-11, SendSms) by templates that were approved there. */
export class TencentSms implements PersonSender {
  constructor(
    private readonly settings: TencentSmsSettings,
    private readonly now: () => number,
  ) {}

  send(address: string, message: Message) {
    const { settings } = this;
    const timestamp = Math.floor(this.now() / 1_000);
    const body = JSON.stringify({
      PhoneNumberSet: [address],
      SmsSdkAppId: settings.sdkAppId,
      SignName: settings.signName,
      TemplateId: settings.templates[message.language],
      TemplateParamSet: [message.title],
      SessionContext: message.id,
    });
    const signed = {
      'content-type': 'application/json; charset=utf-8',
      host: new URL(settings.baseUrl).host,
      'x-tc-action': 'SendSms',
    };
    const call = { service: 'sms', headers: signed, body, timestamp };
    return exchange(
      settings.baseUrl,
      {
        method: 'POST',
        headers: {
          ...signed,
          'x-tc-action': 'SendSms',
          'x-tc-version': '2021-01-11',
          'x-tc-region': settings.region,
          'x-tc-timestamp': timestamp,
          Authorization: tencentAuthorization(settings.secretId, settings.secretKey, call),
        },
        body,
      },
      'ANYWHERE',
      (answer) => {
        const code = codeOf(answer.body);
        if (code === 'Ok') return SENT;
        if (code !== null)
          return PASSING.test(code)
            ? retry(`TENCENT_${code}`, 60_000)
            : refused(`TENCENT_${code}`, GONE.has(code));
        return statusOutcome(answer, 'PROVIDER') ?? retry('ANSWER_UNREADABLE');
      },
    );
  }
}

/** The code of the one number that was asked for, or of the refused request. */
function codeOf(body: string): string | null {
  const response = objectIn(body)?.Response as
    | { Error?: { Code?: unknown }; SendStatusSet?: { Code?: unknown }[] }
    | undefined;
  const code = response?.Error?.Code ?? response?.SendStatusSet?.[0]?.Code;
  return typeof code === 'string' && /^[\w.]{1,80}$/.test(code) ? code : null;
}
