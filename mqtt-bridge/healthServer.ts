import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Registry } from 'prom-client';
import { mayScrape } from '../contracts/scrapeAccess';

export interface HealthServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface Readiness {
  database: boolean;
  broker: boolean;
  /** Readings received and not yet durable. */
  heldReadings: number;
}

/** `/healthz` (the process answers), `/readyz` (database and broker can be reached), `/metrics` (Prometheus). */
export async function startHealthServer(options: {
  /** 0 takes any free port. */
  port: number;
  readiness: () => Promise<Readiness>;
  metrics: Registry;
  /** Bearer token of whoever reads `/metrics`; null: only this machine may. */
  metricsToken: string | null;
}): Promise<HealthServer> {
  const server: Server = createServer((request, response) => {
    const send = (status: number, type: string, body: string): void => {
      response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
    };
    const fail = (): void => send(500, 'text/plain', 'error\n');
    const path = request.url?.split('?')[0];
    if (path === '/healthz') send(200, 'text/plain', 'ok\n');
    else if (path === '/readyz') {
      options.readiness().then((readiness) => {
        const ready = readiness.database && readiness.broker;
        send(ready ? 200 : 503, 'application/json', `${JSON.stringify({ ready, ...readiness })}\n`);
      }, fail);
    } else if (path === '/metrics') {
      if (mayScrape(request, options.metricsToken))
        options.metrics.metrics().then((text) => send(200, options.metrics.contentType, text), fail);
      else send(401, 'text/plain', 'unauthorized\n');
    } else send(404, 'text/plain', 'not found\n');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
