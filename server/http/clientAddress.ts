import type { IncomingMessage } from 'node:http';

/**
 * Address of the client. Only as many entries of `X-Forwarded-For` are believed, from the right, as there are reverse
 * proxies of our own in front (`trustedHops`); anything further left was written by the client.
 */
export function clientAddress(req: Pick<IncomingMessage, 'headers' | 'socket'>, trustedHops: number): string {
  const direct = req.socket.remoteAddress ?? 'unknown';
  if (trustedHops < 1) return direct;
  const header = req.headers['x-forwarded-for'];
  const listed = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
  return listed[listed.length - trustedHops] ?? listed[0] ?? direct;
}
