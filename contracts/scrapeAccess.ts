import { sha256, sha256Hex } from '../domain/credit/sha256';

/** Who asks for `/metrics`, as the HTTP server sees it. */
export interface ScrapeRequest {
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly socket: { readonly remoteAddress?: string | undefined };
}

const LOOPBACK = /^(?:::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/i;
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip'];

/**
 * Whether a request may read the figures of a process: with the token as a bearer where one is set, else from this machine
 * alone. What a proxy on this machine hands on came from elsewhere.
 */
export function mayScrape({ headers, socket }: ScrapeRequest, token: string | null): boolean {
  if (token === null)
    return (
      LOOPBACK.test(socket.remoteAddress ?? '') && FORWARDED.every((name) => headers[name] === undefined)
    );
  const { authorization } = headers;
  const given = typeof authorization === 'string' ? /^Bearer (.+)$/i.exec(authorization)?.[1] : undefined;
  // Digests, so that the time of the comparison tells nothing of the token.
  return given !== undefined && sha256Hex(given, sha256) === sha256Hex(token, sha256);
}
