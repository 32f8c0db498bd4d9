import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a receiver got it. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a receiver answers; null: nothing at all, it holds the line. */
export type Answer = { status: number; body?: unknown; headers?: Record<string, string> } | null;

/** A real HTTP receiver on this machine that keeps what came. */
export interface Receiver {
  readonly url: string;
  readonly got: Received[];
  /** Decides each answer; the default is 200 with an empty object. */
  answer: (request: Received) => Answer | Promise<Answer>;
  stop(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const got: Received[] = [];
  const server: Server = createServer((req, res) => {
    const parts: Buffer[] = [];
    req.on('data', (part: Buffer) => parts.push(part));
    req.on('end', () => {
      const target = new URL(req.url ?? '/', 'http://receiver');
      const request = {
        method: req.method ?? '',
        path: target.pathname,
        query: target.searchParams,
        headers: req.headers,
        body: Buffer.concat(parts),
      };
      got.push(request);
      void Promise.resolve(receiver.answer(request)).then((answer) => {
        if (answer === null) return;
        res.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
        res.end(answer.body === undefined ? '{}' : JSON.stringify(answer.body));
      });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    got,
    answer: () => ({ status: 200 }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return receiver;
}
