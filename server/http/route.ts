import type { IncomingMessage, ServerResponse } from 'node:http';
import { mayScrape } from '../../contracts/scrapeAccess';
import { REST_BASE } from '../api/createRestApi';
import type { ServerMetrics } from '../metrics';
import { clientAddress } from './clientAddress';
import { contentSecurityPolicy, newNonce, type SecurityOptions, securityHeaders } from './securityHeaders';

export type Listener = (req: IncomingMessage, res: ServerResponse) => Promise<void> | void;

export interface RouteOptions {
  readonly security: SecurityOptions;
  /** Reverse proxies of our own in front. */
  readonly trustedHops: number;
  readonly metrics: ServerMetrics;
  readonly health: Listener;
  readonly readiness: Listener;
  readonly figures: Listener;
  /** Shown by whoever reads the figures; null: only this machine may. */
  readonly metricsToken: string | null;
  readonly rest: Listener;
  /** Notifications of payment providers; they prove themselves by their signatures, whatever page they say they come from. */
  readonly paymentHooks: Listener;
  /** Next; null: this server has no pages (tests). */
  readonly pages: () => Listener | null;
  readonly onError: (error: unknown) => void;
}

/** Bodies of procedures and sign-ins; the largest is a form. */
const MAX_PAGE_BODY = 256 * 1024;
/** Headers that only we may set: Next and the sign-in believe them. */
const OWN_HEADERS = ['x-nonce', 'content-security-policy', 'x-middleware-subrequest', 'x-real-ip'];

type Part = 'health' | 'rest' | 'payments' | 'procedure' | 'auth' | 'page' | 'asset';

function partOf(path: string): Part {
  if (path === '/healthz' || path === '/readyz' || path === '/metrics') return 'health';
  if (path === REST_BASE || path.startsWith(`${REST_BASE}/`)) return 'rest';
  if (path.startsWith('/api/payments/')) return 'payments';
  if (path.startsWith('/api/trpc/')) return 'procedure';
  if (path.startsWith('/api/')) return 'auth';
  return path.startsWith('/_next/') ? 'asset' : 'page';
}

/** Sends each request to the part that answers it, after what holds for all: address, headers, size, own origin. */
export function createRoute(options: RouteOptions): Listener {
  const headers = securityHeaders(options.security);

  return (req, res) => {
    const startedAt = performance.now();
    const path = (req.url ?? '/').split('?', 1)[0]!;
    const part = partOf(path);
    res.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1_000;
      options.metrics.request(part, req.method ?? '', res.statusCode, seconds);
    });
    for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
    if (path === '/metrics' && !mayScrape(req, options.metricsToken)) {
      res.setHeader('WWW-Authenticate', 'Bearer');
      return plain(res, 401, 'Figures are read with METRICS_TOKEN, or without one from this machine.');
    }
    const address = clientAddress(req, options.trustedHops);
    for (const name of OWN_HEADERS) delete req.headers[name];
    if (options.trustedHops === 0) {
      delete req.headers['x-forwarded-host'];
      delete req.headers['x-forwarded-proto'];
    }
    req.headers['x-forwarded-for'] = address;
    void answer(path, part, req, res, options).catch((error: unknown) => {
      options.onError(error);
      if (res.headersSent) res.destroy();
      else plain(res, 500, 'Something failed inside.');
    });
  };
}

async function answer(
  path: string,
  part: Part,
  req: IncomingMessage,
  res: ServerResponse,
  options: RouteOptions,
): Promise<void> {
  switch (part) {
    case 'health':
      if (path === '/healthz') return options.health(req, res);
      return path === '/readyz' ? options.readiness(req, res) : options.figures(req, res);
    case 'rest':
      res.setHeader('Cache-Control', 'no-store');
      return options.rest(req, res);
    case 'payments':
      res.setHeader('Cache-Control', 'no-store');
      return options.paymentHooks(req, res);
    case 'procedure':
    case 'auth':
    case 'page': {
      const refusal = refusalOf(req, options.security.publicUrl);
      if (refusal) {
        res.setHeader('Connection', 'close');
        return plain(res, refusal.status, refusal.text);
      }
      const policy = contentSecurityPolicy(options.security, newNonce());
      // Next reads the nonce for its own scripts from the request.
      req.headers['content-security-policy'] = policy;
      res.setHeader('Content-Security-Policy', policy);
      return toPages(req, res, options);
    }
    case 'asset':
      return toPages(req, res, options);
  }
}

async function toPages(req: IncomingMessage, res: ServerResponse, options: RouteOptions): Promise<void> {
  const pages = options.pages();
  if (pages) return pages(req, res);
  plain(res, 404, 'Not found.');
}

/** Writes from pages of other sites, and bodies without measure, go no further. */
function refusalOf(req: IncomingMessage, publicUrl: string): { status: number; text: string } | null {
  if (req.method === 'GET' || req.method === 'HEAD' || req.method === 'OPTIONS') return null;
  const { origin, host } = req.headers;
  if (origin !== undefined) {
    const from = URL.canParse(origin) ? new URL(origin).host : null;
    if (from === null || (from !== host && from !== new URL(publicUrl).host)) {
      return { status: 403, text: 'Requests of other sites are refused.' };
    }
  }
  const length = req.headers['content-length'];
  if (length === undefined && req.headers['transfer-encoding'] !== undefined) {
    return { status: 411, text: 'Send Content-Length.' };
  }
  if (Number(length ?? 0) > MAX_PAGE_BODY) return { status: 413, text: 'The body is too large.' };
  return null;
}

export function plain(res: ServerResponse, status: number, text: string): void {
  res.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8' });
  res.end(`${text}\n`);
}

export function json(res: ServerResponse, status: number, body: object): void {
  res.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  res.end(JSON.stringify(body));
}
