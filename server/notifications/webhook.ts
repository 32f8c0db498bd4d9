import { createHmac, randomBytes } from 'node:crypto';
import { type GroupSender, type Message, SENT } from './channel';
import { exchange, type Reach, statusOutcome } from './outbound';

/** A new secret of a subscriber, 256 bits; shown once. */
export const newWebhookSecret = (): string => `whs_${randomBytes(32).toString('base64url')}`;

/**
 * What a subscriber recomputes: HMAC-SHA256 with their secret over timestamp, a full stop and the body's bytes, as hex. The
 * timestamp (seconds) is signed along, so that an old message can't be sent again as a new one.
 */
export function webhookSignature(secret: string, timestamp: number, body: string): string {
  return createHmac('sha256', secret).update(`${timestamp}.${body}`).digest('hex');
}

/** A message as programs get it. */
function webhookBody(message: Message): string {
  const { id, language, title, text, link, urgent, facts } = message;
  return JSON.stringify({ id, ...facts, urgent, language, title, text, link });
}

/**
 * Signed webhooks. After a rotation the old secret signs beside the new one for a day: `X-Wattkeep-Signature: v1=…,v1=…`; the
 * message is genuine if either fits. The same `id` may come more than once.
 */
export class Webhook implements GroupSender {
  constructor(
    private readonly reach: Reach,
    /** Real time, ms UTC: receivers compare it with their own. */
    private readonly now: () => number,
  ) {}

  send(address: Parameters<GroupSender['send']>[0], message: Message) {
    const body = webhookBody(message);
    const timestamp = Math.floor(this.now() / 1_000);
    const secrets = [address.secret, ...(address.previousSecret === null ? [] : [address.previousSecret])];
    return exchange(
      address.url,
      {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(body),
          'X-Wattkeep-Message-Id': message.id,
          'X-Wattkeep-Timestamp': timestamp,
          'X-Wattkeep-Signature': secrets
            .map((secret) => `v1=${webhookSignature(secret, timestamp, body)}`)
            .join(','),
        },
        body,
      },
      this.reach,
      (answer) => statusOutcome(answer) ?? SENT,
    );
  }
}
