import { HTTPException } from 'hono/http-exception';
import { ulid } from 'ulid';
import { blamesDatabase } from '../../db/blamesDatabase';
import { pgErrorCode } from '../../db/client';
import { DomainError } from '../../domain/errors';
import { authenticate } from './authenticate';
import { idempotent } from './idempotent';
import { parseJsonBody } from './jsonBody';
import { ProblemError, problem, problemOfDomainError } from './problem';
import { newRestApp, type RestApp, type RestDeps } from './restApp';
import { registerAccounts } from './routes/accounts';
import { registerAlarms } from './routes/alarms';
import { registerBulkJobs } from './routes/bulkJobs';
import { registerCommands } from './routes/commands';
import { registerCredentials } from './routes/credentials';
import { registerImport } from './routes/import';
import { registerInspections } from './routes/inspections';
import { registerLedger } from './routes/ledger';
import { registerMeterPoints } from './routes/meterPoints';
import { registerMeters } from './routes/meters';
import { registerQuarantine } from './routes/quarantine';
import { registerReceipts } from './routes/receipts';
import { registerReplace } from './routes/replace';
import { registerTopUps } from './routes/topUps';

export const REST_BASE = '/api/v1';

/** A database that went away is back within this, mostly, s. */
const RETRY_AFTER_S = 5;

/** The public REST interface: routes, their OpenAPI document, and refusals that are always problems. */
export function createRestApi(deps: RestDeps): RestApp {
  const app = newRestApp();
  app.openAPIRegistry.registerComponent('securitySchemes', 'bearer', { type: 'http', scheme: 'bearer' });
  app.onError((error) => answerOf(error, deps));
  app.notFound(() => problemAnswer(problem(404, 'UNKNOWN_CALL', 'There is no such call.')));

  app.get(`${REST_BASE}/openapi.json`, (c) => c.json(openApiDocument(app)));
  app.use('*', authenticate(deps));
  app.use('*', async (c, next) => {
    const text = c.req.method === 'GET' || c.req.method === 'HEAD' ? '' : await c.req.text();
    if (text !== '') {
      const type = (c.req.header('content-type') ?? '').split(';')[0]!.trim().toLowerCase();
      if (type !== 'application/json') throw problem(415, 'NOT_JSON', 'Send Content-Type: application/json.');
      c.set('body', parseJsonBody(text));
    }
    await next();
  });
  app.use('*', idempotent(deps));

  const api = newRestApp();
  registerImport(api, deps);
  registerAccounts(api, deps);
  registerTopUps(api, deps);
  registerMeterPoints(api, deps);
  registerCommands(api);
  registerBulkJobs(api, deps);
  registerReplace(api, deps);
  registerCredentials(api, deps);
  registerAlarms(api, deps);
  registerMeters(api);
  registerInspections(api);
  registerQuarantine(api);
  registerLedger(api, deps);
  registerReceipts(api, deps);
  app.route(REST_BASE, api);
  return app;
}

function openApiDocument(app: RestApp) {
  return app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: {
      title: 'Wattkeep',
      version: '1',
      description:
        'Amounts and quantities are decimal text with six places; times are RFC 3339 with the offset of the campus. ' +
        'Writes take Idempotency-Key: the same key and body give the first answer again, another body 409.',
    },
  });
}

function problemAnswer(error: ProblemError): Response {
  return new Response(JSON.stringify(error.problem), {
    status: error.problem.status,
    headers: { 'Content-Type': 'application/problem+json', ...error.headers },
  });
}

function answerOf(error: Error, deps: RestDeps): Response {
  if (error instanceof ProblemError) return problemAnswer(error);
  if (error instanceof DomainError) return problemAnswer(problemOfDomainError(error));
  if (error instanceof HTTPException) {
    const code = error.status === 415 ? 'NOT_JSON' : error.status === 400 ? 'MALFORMED_JSON' : 'REFUSED';
    return problemAnswer(problem(error.status, code));
  }
  const requestId = ulid();
  const sqlState = pgErrorCode(error);
  // Class 22: a value that passed every schema and that the database can't take. The caller's fault, and ours to know of.
  if (sqlState?.startsWith('22')) {
    deps.engine.log.warn(
      { requestId, sqlState },
      'a value passed the schemas and was refused by the database',
    );
    return problemAnswer(problem(422, 'INVALID_VALUE', 'A value can not be used.'));
  }
  if (blamesDatabase(error)) {
    deps.engine.log.warn({ requestId, sqlState }, 'REST request without a database');
    return problemAnswer(
      problem(503, 'DATABASE_AWAY', undefined, undefined, { 'Retry-After': String(RETRY_AFTER_S) }),
    );
  }
  deps.engine.log.error({ err: error, requestId }, 'REST request failed');
  const hidden = problem(500, 'INTERNAL');
  return problemAnswer(new ProblemError({ ...hidden.problem, requestId }));
}
