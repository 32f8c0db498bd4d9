import { afterAll, beforeAll, expect, it } from 'vitest';
import { verifyLedger } from '../../../engine/verifyLedger';
import { startTestServer, type TestServer } from '../../testing/startTestServer';
import { createContext } from '../../trpc/createContext';
import { createCaller } from '../../trpc/root';

/** Threefold slack over what is promised. */
const WITHIN_MS = 6_000;
let demo: TestServer;
beforeAll(async () => {
  demo = await startTestServer({ demo: true });
});
afterAll(() => demo?.stop());

async function as(server: TestServer, userCode: string) {
  return createCaller(
    await createContext(server.server.host, {
      cookieHeader: await server.cookie(userCode),
      address: '10.1.1.1',
      resHeaders: new Headers(),
    }),
  );
}

it('a tamper drill names the touched account, stands on the wall without it for ten minutes, and leaves the ledger whole', async () => {
  const admin = await as(demo, 'admin');
  expect(await admin.wall.drill()).toBeNull();
  const drill = await admin.demo.drill();
  expect(drill).toMatchObject({ found: true, restored: true, namedAccount: drill.touchedAccount });
  expect(drill.tookMs).toBeLessThan(WITHIN_MS);
  const shown = await admin.wall.drill();
  expect(shown).toEqual({ atMs: drill.atMs, found: true, tookMs: drill.tookMs, restored: true });
  expect(JSON.stringify(shown)).not.toContain(drill.touchedAccount);
  const { rows } = await demo.database.pool.query<{ target: string }>(
    "select target from audit_log where action = 'LEDGER_DRILL'",
  );
  expect(rows).toEqual([{ target: `account:${drill.touchedAccount}` }]);
  expect(await verifyLedger(demo.database)).toMatchObject({ ok: true });
  demo.clock.advance(601_000);
  expect(await admin.wall.drill()).toBeNull();
});

it('nobody forges anything where the server is no demo', async () => {
  const real = await startTestServer();
  try {
    await expect((await as(real, 'admin')).demo.drill()).rejects.toThrow('not a demo');
  } finally {
    await real.stop();
  }
});
