import { randomBytes } from 'node:crypto';

export interface SecurityOptions {
  readonly publicUrl: string;
  /** True when the map draws with the customer's own token, which talks to its maker's hosts. */
  readonly mapbox: boolean;
  /** Development builds evaluate code and reload by socket. */
  readonly development: boolean;
}

const MAPBOX_HOSTS = 'https://api.mapbox.com https://events.mapbox.com https://*.tiles.mapbox.com';

/** A new number used once, for the scripts that a page brings along. */
export function newNonce(): string {
  return randomBytes(16).toString('base64');
}

/**
 * The content security policy of a page. Nothing is loaded from or sent to another host, save for the map's when a token is
 * set; the map draws in a worker that is made from a blob. Styles may be inline: charts and map position by them.
 */
export function contentSecurityPolicy(options: SecurityOptions, nonce: string): string {
  const outside = options.mapbox ? ` ${MAPBOX_HOSTS}` : '';
  // Older engines don't count a socket to the same host as 'self'.
  const host = new URL(options.publicUrl).host;
  const sockets = `ws://${host} wss://${host}`;
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}'${options.development ? " 'unsafe-eval'" : ''}`,
    "style-src 'self' 'unsafe-inline'",
    `img-src 'self' data: blob:${outside}`,
    "font-src 'self' data:",
    `connect-src 'self' ${sockets}${outside}`,
    "worker-src 'self' blob:",
    "child-src 'self' blob:",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Headers of every answer. */
export function securityHeaders(options: SecurityOptions): Readonly<Record<string, string>> {
  return {
    'X-Content-Type-Options': 'nosniff',
    'X-Frame-Options': 'DENY',
    'Referrer-Policy': 'same-origin',
    'Cross-Origin-Opener-Policy': 'same-origin',
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
    ...(options.publicUrl.startsWith('https:')
      ? { 'Strict-Transport-Security': 'max-age=31536000; includeSubDomains' }
      : {}),
  };
}
