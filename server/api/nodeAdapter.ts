import type { IncomingMessage, ServerResponse } from 'node:http';
import { ProblemError, problem } from './problem';

export interface AdapterOptions {
  /** Handles a request whose body has been read whole. */
  fetch(request: Request, address: string): Promise<Response> | Response;
  /** Bytes that a body of this path may have. */
  maxBodyBytes(path: string): number;
  address(req: IncomingMessage): string;
  onError(error: unknown): void;
}

/**
 * Joins a handler of web requests to Node's server. Bodies are bounded while they arrive, so that nothing is ever held
 * that would be refused anyway. Never rejects and always answers.
 */
export function nodeListener(options: AdapterOptions) {
  return async (req: IncomingMessage, res: ServerResponse): Promise<void> => {
    try {
      const request = await toRequest(req, options);
      await send(res, await options.fetch(request, options.address(req)), req.method === 'HEAD');
    } catch (error) {
      const known = error instanceof ProblemError ? error : problem(500, 'INTERNAL');
      if (!(error instanceof ProblemError)) options.onError(error);
      if (res.headersSent) {
        res.destroy();
        return;
      }
      // What is left of a refused body must not be taken for the next request.
      if (!req.complete) res.setHeader('Connection', 'close');
      for (const [name, value] of Object.entries(known.headers)) res.setHeader(name, value);
      res.writeHead(known.problem.status, { 'Content-Type': 'application/problem+json' });
      res.end(JSON.stringify(known.problem));
    }
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

async function toRequest(req: IncomingMessage, options: AdapterOptions): Promise<Request> {
  const method = req.method ?? 'GET';
  if (!METHODS.has(method)) throw problem(405, 'METHOD_NOT_ALLOWED');
  const target = req.url ?? '/';
  if (!target.startsWith('/') || !URL.canParse(target.replace(/^\/+/, '/'), 'http://localhost')) {
    throw problem(400, 'MALFORMED_URL');
  }
  const url = new URL(target.replace(/^\/+/, '/'), 'http://localhost');
  const headers = new Headers();
  for (let at = 0; at + 1 < req.rawHeaders.length; at += 2) {
    headers.append(req.rawHeaders[at]!, req.rawHeaders[at + 1]!);
  }
  const hasBody = method !== 'GET' && method !== 'HEAD';
  const body = hasBody ? await readBody(req, options.maxBodyBytes(url.pathname)) : null;
  return new Request(url, { method, headers, body: body && body.length > 0 ? new Uint8Array(body) : null });
}

async function readBody(req: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () => problem(413, 'BODY_TOO_LARGE', `At most ${maxBytes} bytes are taken here.`);
  if (Number(req.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of req as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

async function send(res: ServerResponse, response: Response, headOnly: boolean): Promise<void> {
  const body = Buffer.from(await response.arrayBuffer());
  response.headers.forEach((value, name) => {
    res.setHeader(name, value);
  });
  res.setHeader('Content-Length', body.length);
  res.writeHead(response.status);
  res.end(headOnly ? undefined : body);
}
