import { createHmac } from 'node:crypto';
import { type GroupSender, type Message, refused, retry, SENT, wholeText } from './channel';
import { exchange, objectIn, type Reach, statusOutcome } from './outbound';

/**
 * Signature of a Feishu (Lark) group robot: HMAC-SHA256 over nothing, with `timestamp + "\n" + secret` as its key, base64;
 * timestamp in seconds. It goes into the body (open.feishu.cn, "Custom bot: signature verification").
 */
export function feishuSignature(secret: string, timestamp: number): string {
  return createHmac('sha256', `${timestamp}\n${secret}`).digest('base64');
}

/** Errors that pass: too many messages (9499, 11232), the platform is busy (11xxx is documented as internal). */
const PASSING = new Set([9499, 11232]);

/** A group robot of Feishu. */
export class Feishu implements GroupSender {
  constructor(
    private readonly reach: Reach,
    private readonly now: () => number,
  ) {}

  send({ url, secret }: Parameters<GroupSender['send']>[0], message: Message) {
    const timestamp = Math.floor(this.now() / 1_000);
    const body = JSON.stringify({
      timestamp: String(timestamp),
      sign: feishuSignature(secret, timestamp),
      msg_type: 'text',
      content: { text: wholeText(message) },
    });
    return exchange(
      url,
      { method: 'POST', headers: { 'Content-Type': 'application/json' }, body },
      this.reach,
      (answer) => {
        const bad = statusOutcome(answer);
        if (bad) return bad;
        const said = objectIn(answer.body);
        const code = said?.code ?? said?.StatusCode;
        if (code === 0) return SENT;
        if (typeof code !== 'number') return retry('ANSWER_UNREADABLE');
        return PASSING.has(code) ? retry(`FEISHU_${code}`, 60_000) : refused(`FEISHU_${code}`);
      },
    );
  }
}
