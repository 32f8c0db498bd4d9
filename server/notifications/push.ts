import { createHash } from 'node:crypto';
import webpush from 'web-push';
import { type PushSubscription, pushSubscription } from '../../contracts/pushSubscription';
import { type Message, type PersonSender, refused, SENT, type SendOutcome } from './channel';
import { exchange, type Reach, statusOutcome } from './outbound';
import type { PushSettings } from './settings';

/** How long a push service keeps a message for a browser that is away, s. */
const KEPT_S = { urgent: 3_600, ordinary: 86_400 };

/**
 * Web Push (RFC 8030) with VAPID (RFC 8292) and an encrypted body (RFC 8291). The topic, made from the message id, lets a repeat
 * replace what still waits at the push service. The endpoint comes from a browser, so it is an address that a person entered.
 */
export class Push implements PersonSender {
  constructor(
    private readonly settings: PushSettings,
    private readonly reach: Reach,
  ) {}

  async send(address: string, message: Message): Promise<SendOutcome> {
    const subscription = subscriptionIn(address);
    if (!subscription) return refused('SUBSCRIPTION_INVALID', true);
    const { id, language, title, text, link, urgent } = message;
    const { publicKey, privateKey, contact } = this.settings;
    const { endpoint, method, headers, body } = webpush.generateRequestDetails(
      subscription,
      JSON.stringify({ id, language, title, text, link, urgent }),
      {
        vapidDetails: { subject: contact, publicKey, privateKey },
        TTL: urgent ? KEPT_S.urgent : KEPT_S.ordinary,
        urgency: urgent ? 'high' : 'normal',
        topic: createHash('sha256').update(id).digest('base64url').slice(0, 32),
      },
    );
    return exchange(
      endpoint,
      {
        method: method as 'POST',
        headers: headers as Record<string, string | number>,
        ...(body ? { body } : {}),
      },
      this.reach,
      (answer) => statusOutcome(answer, 'PUSH_SERVICE') ?? SENT,
    );
  }
}

function subscriptionIn(address: string): PushSubscription | null {
  try {
    return pushSubscription.safeParse(JSON.parse(address)).data ?? null;
  } catch {
    return null;
  }
}
