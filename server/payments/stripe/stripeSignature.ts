import { createHmac, timingSafeEqual } from 'node:crypto';
import { NotificationRefused } from '../provider';

/** How old, or how far ahead, a signature may be. */
const WINDOW_S = 300;

/**
 * Checks `Stripe-Signature: t=…,v1=…[,v1=…]`: HMAC-SHA256 of `{t}.{raw body}` in hex under any of the endpoint's secrets,
 * compared in constant time; older than 300 s or further ahead than that is refused (domain.md 8).
 * @throws NotificationRefused MALFORMED, TIMESTAMP, SIGNATURE
 */
export function verifyStripe(
  body: Buffer,
  header: string | null,
  secrets: readonly string[],
  nowMs: number,
): void {
  const parts = (header ?? '').split(',').map((part) => part.trim().split('=', 2));
  const timestamp = parts.find(([name]) => name === 't')?.[1] ?? '';
  const given = parts.filter(([name]) => name === 'v1').map(([, value]) => Buffer.from(value ?? '', 'utf8'));
  if (!/^\d{1,12}$/.test(timestamp) || given.length === 0)
    throw new NotificationRefused('MALFORMED', 'the signature header is missing or unreadable');
  if (Math.abs(nowMs / 1_000 - Number(timestamp)) > WINDOW_S)
    throw new NotificationRefused('TIMESTAMP', `signed at ${timestamp}`);
  const fits = secrets.some((secret) => {
    const expected = Buffer.from(
      createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex'),
      'utf8',
    );
    // Every signature is compared, so that the time taken tells nothing.
    return given
      .map((one) => one.length === expected.length && timingSafeEqual(one, expected))
      .includes(true);
  });
  if (!fits) throw new NotificationRefused('SIGNATURE', 'the signature does not fit');
}
