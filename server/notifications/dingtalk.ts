import { createHmac } from 'node:crypto';
import { type GroupSender, type Message, refused, retry, SENT, wholeText } from './channel';
import { exchange, objectIn, type Reach, statusOutcome } from './outbound';

/**
 * Signature of a DingTalk group robot with "additional signature": HMAC-SHA256 with the robot's secret over
 * `timestamp + "\n" + secret`, base64; timestamp in ms. It goes into the address, URL-encoded
 * (open.dingtalk.com, "Custom robot: security settings").
 */
export function dingtalkSignature(secret: string, timestampMs: number): string {
  return createHmac('sha256', secret).update(`${timestampMs}\n${secret}`).digest('base64');
}

/** Errors that pass: too many messages a minute (130101), the platform is busy (-1). */
const PASSING = new Set([-1, 130101, 410100]);

/** A group robot of DingTalk. */
export class Dingtalk implements GroupSender {
  constructor(
    private readonly reach: Reach,
    private readonly now: () => number,
  ) {}

  send({ url, secret }: Parameters<GroupSender['send']>[0], message: Message) {
    const timestamp = this.now();
    const target = new URL(url);
    target.searchParams.set('timestamp', String(timestamp));
    target.searchParams.set('sign', dingtalkSignature(secret, timestamp));
    const body = JSON.stringify({
      msgtype: 'text',
      text: { content: wholeText(message) },
      at: { isAtAll: false },
    });
    return exchange(
      target.href,
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body },
      this.reach,
      (answer) => {
        const bad = statusOutcome(answer);
        if (bad) return bad;
        const code = objectIn(answer.body)?.errcode;
        if (code === 0) return SENT;
        if (typeof code !== 'number') return retry('ANSWER_UNREADABLE');
        return PASSING.has(code) ? retry(`DINGTALK_${code}`, 60_000) : refused(`DINGTALK_${code}`);
      },
    );
  }
}
