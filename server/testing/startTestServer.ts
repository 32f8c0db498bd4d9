import { encode } from 'next-auth/jwt';
import type { KeyScope } from '../../contracts/restCommon';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { FixedClock } from '../../domain/time/clock';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { createApiKey } from '../auth/apiKeys';
import { SESSION_MAX_AGE_S, sessionCookieName } from '../auth/readSession';
import { createServer, type ServerOptions, type WattkeepServer } from '../createServer';
import { testCampusDocument } from './testCampus';

/** Wednesday 2025-09-10, 12:00 in Shanghai. */
export const TEST_NOW_MS = Date.UTC(2025, 8, 10, 4);
const AUTH_SECRET = 'test-secret-test-secret-test-secret';

export interface TestServer {
  readonly database: TestDatabase;
  readonly clock: FixedClock;
  readonly server: WattkeepServer;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  readonly campusId: number;
  /** A REST key with these scopes, of the campus or of a space subtree; `madeBy` (`user:…`) answers for it. */
  key(scopes: readonly KeyScope[], spaceCode?: string, madeBy?: string): Promise<string>;
  /** Cookie header of a signed-in user of the test campus. */
  cookie(userCode: string): Promise<string>;
  stop(): Promise<void>;
}

/**
 * The server as production runs it, without pages, on a database of its own with the test campus imported. Time stands still
 * until moved; no jobs run and no broker answers unless `options` say so.
 */
export async function startTestServer(
  options: Partial<ServerOptions> & {
    /** Run before the server reads its live memory. */
    prepare?: (parts: { database: TestDatabase; clock: FixedClock }) => Promise<void>;
  } = {},
): Promise<TestServer> {
  const { prepare, ...serverOptions } = options;
  const database = await createTestDatabase();
  const clock = new FixedClock(TEST_NOW_MS);
  const engine = { clock, log: silentLog };
  const result = await importCampus(database, engine, testCampusDocument, { actor: 'test' });
  const errors = result.rows.flatMap((row) => row.errors);
  if (errors.length > 0) throw new Error(`test campus: ${JSON.stringify(errors.slice(0, 5))}`);
  const publicUrl = 'http://localhost:3000';
  const server = createServer({
    database,
    clock,
    realClock: { now: () => Date.now() },
    log: silentLog,
    mqttUrl: 'mqtt://127.0.0.1:9',
    authSecret: AUTH_SECRET,
    publicUrl,
    buildId: 'test-build',
    jobs: [],
    ...serverOptions,
  });
  await prepare?.({ database, clock });
  const port = await server.start(0, '127.0.0.1');
  const idOf = async (query: string, code: string): Promise<number> => {
    const { rows } = await database.pool.query<{ id: number }>(query, [code]);
    return rows[0]!.id;
  };
  const campusId = await idOf('select id from campus where code = $1', testCampusDocument.campus.code);

  return {
    database,
    clock,
    server,
    url: `http://127.0.0.1:${port}`,
    campusId,
    async key(scopes, spaceCode, madeBy) {
      const spaceId =
        spaceCode === undefined ? null : await idOf('select id from space where code = $1', spaceCode);
      const made = { campusId, name: 'test', scopes, spaceId, madeBy };
      const { key } = await createApiKey({ database, clock }, made);
      return key;
    },
    async cookie(userCode) {
      const { rows } = await database.pool.query<{ id: number; version: number }>(
        'select id, session_version as version from app_user where code = $1',
        [userCode],
      );
      const token = await encode({
        token: { userId: rows[0]!.id, sessionVersion: rows[0]!.version },
        secret: AUTH_SECRET,
        maxAge: SESSION_MAX_AGE_S,
      });
      return `${sessionCookieName(publicUrl)}=${token}`;
    },
    async stop() {
      await server.close();
      await database.drop();
    },
  };
}
