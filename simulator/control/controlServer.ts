import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { FaultRefusal } from '../fleet/faults';
import { ScenarioUnavailable } from '../fleet/scenarios';
import { type ControlContext, ROUTES } from './routes';

/** A running control port. */
export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 1_000_000;

/**
 * The control port of the simulator, on the loopback interface only: what a hand on the meter or a saboteur would do.
 * JSON in and out; a refusal is `{error, field}` with the JSON pointer of what is wrong.
 */
export async function startControlServer(context: ControlContext, port: number): Promise<ControlServer> {
  const server = createServer((request, response) => {
    respond(context, request, response).catch((error: unknown) => {
      send(response, 500, { error: error instanceof Error ? error.message : 'failed', field: '' });
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () => close(server),
  };
}

function close(server: Server): Promise<void> {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(() => resolve()));
}

async function respond(
  context: ControlContext,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const known = ROUTES.filter(({ path }) => path.test(pathname));
  const route = known.find(({ method }) => method === request.method);
  if (!route) {
    const methods = known.map(({ method }) => method).join(', ');
    const error = methods ? `${pathname} takes ${methods}` : `there is no ${pathname}`;
    return send(response, methods ? 405 : 404, { error, field: '' });
  }
  try {
    const parts = (route.path.exec(pathname) ?? []).slice(1).map(decodeURIComponent);
    const body = await readBody(request);
    return send(response, 200, route.act(context, { parts, query: searchParams, body }));
  } catch (error) {
    if (error instanceof ScenarioUnavailable) {
      return send(response, 409, { error: error.message, field: '/scenario' });
    }
    if (error instanceof FaultRefusal) {
      const status = error.field === '/code' ? 404 : 422;
      return send(response, status, { error: error.message, field: error.field });
    }
    throw error;
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new FaultRefusal('', `a body may have ${MAX_BODY_BYTES} bytes`);
    chunks.push(chunk);
  }
  if (size === 0) return {};
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new FaultRefusal('', 'the body is not JSON');
  }
}

function send(response: ServerResponse, status: number, body: object): void {
  if (response.headersSent) return;
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store',
  });
  response.end(JSON.stringify(body));
}
