import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { ulid } from 'ulid';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { withTransaction } from '../../db/client';
import { findOrder, insertOrder } from '../../db/queries/paymentOrders';
import { nextPollMs } from '../../domain/payments/polling';
import { silentLog } from '../../engine/context';
import { allJobs } from '../../server/jobs/allJobs';
import { beginOrder } from '../../server/payments/lookAtOrders';
import { Providers } from '../../server/payments/providers';
import { parsePaymentSettings } from '../../server/payments/settings';
import { newSandbox } from '../../simulator/payments/sandboxConfig';
import { type PaymentSandbox, startPaymentSandbox } from '../../simulator/payments/sandboxServer';
import { freePort, pause } from './bridgeProcess';
import { type ExampleMeter, goldenCampus } from './goldenCampus';
import { connectObeyingGateway, type ObeyingGateway } from './obeyingGateway';
import { type Path, startPath } from './startPath';

/**
 * Where the process dies between a payer's confirmation and the power that comes back. `holds` is what stops it there: a lock
 * that the test takes, on which the server then waits inside its transaction.
 */
const FAULT_POINTS = [
  {
    name: 'notification received, nothing stored',
    holds: 'lock table payment_order in access exclusive mode',
  },
  { name: 'ledger written, not committed', holds: 'lock table payment in share mode' },
  { name: 'all but the record of the notification written', holds: 'lock table psp_event in share mode' },
  { name: 'credited, not answered', holds: null },
  { name: 'command queued, bridge away', holds: null },
  { name: 'command sent, not proven', holds: null },
] as const;

const rooms = FAULT_POINTS.map((_, n) => ({ meter: `M${n}`, account: `A-M${n}` }));
const AMOUNT_FEN = 5_000;
const WITHIN = { timeout: 90_000, interval: 50 };
const realTime = { now: () => Date.now() };

let folder: string;
let path: Path;
let gateway: ObeyingGateway;
let sandbox: PaymentSandbox;
let child: ChildProcess | null = null;
let childEnv: Record<string, string>;
let providers: Providers;
let output = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wattkeep-paykills-'));
  const examples = rooms.map(
    ({ meter }): ExampleMeter => ({ code: meter, tariff: 'F', credit: '25.00', more: { gateway: 'G0' } }),
  );
  const document = {
    ...goldenCampus(examples, ['G0']),
    policies: [{ code: 'DEFAULT', noCutPeriods: false, eligibleForS: 1, noticeLeadS: 1 }],
  };
  const jobs = allJobs(Date.now()).filter(({ name }) => name !== 'lookAtOrders' && name !== 'sendRefunds');
  path = await startPath({ broker: 'MOSQUITTO', document, jobs });
  gateway = await connectObeyingGateway(
    path,
    'G0',
    rooms.map(({ meter }) => meter),
  );
  const [port, sandboxPort] = [await freePort(), await freePort()];
  const made = newSandbox(`http://127.0.0.1:${sandboxPort}`, `http://127.0.0.1:${port}`, sandboxPort);
  const file = join(folder, 'payments.json');
  await writeFile(file, JSON.stringify(made.settings));
  sandbox = await startPaymentSandbox(made.config, realTime, silentLog);
  const settings = parsePaymentSettings(JSON.stringify(made.settings));
  providers = new Providers({ current: () => settings }, `http://127.0.0.1:${port}`, realTime);
  childEnv = {
    DATABASE_URL: path.database.url,
    MQTT_URL: `mqtt://127.0.0.1:${path.mqttPort}`,
    PAYMENT_SETTINGS: file,
    PORT: String(port),
  };
  await startChild();
}, 180_000);
afterAll(async () => {
  await killChild();
  await sandbox?.close();
  await gateway?.end();
  await path?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startChild(): Promise<void> {
  const started = spawn(process.execPath, ['--import', 'tsx', 'e2e/path/paymentServer.ts'], {
    env: { ...process.env, ...childEnv },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  child = started;
  let up = false;
  const hear = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-4_000);
    up ||= chunk.toString().includes('listening');
  };
  started.stdout.on('data', hear);
  started.stderr.on('data', hear);
  await vi.waitFor(() => expect(up, output).toBe(true), WITHIN);
}

async function killChild(): Promise<void> {
  const ending = child;
  child = null;
  if (!ending || ending.exitCode !== null || ending.signalCode !== null) return;
  const ended = new Promise((resolve) => ending.once('exit', resolve));
  ending.kill('SIGKILL');
  await ended;
}

/** An order as a resident makes one, known at the provider. */
async function orderFor(accountCode: string): Promise<string> {
  const { pool } = path.database;
  const { rows } = await pool.query<{ id: number; campus: number }>(
    'select id, campus_id as campus from account where code = $1',
    [accountCode],
  );
  const now = Date.now();
  const orderNo = ulid(now);
  await withTransaction(path.database, (tx) =>
    insertOrder(tx.client, {
      orderNo,
      campusId: rows[0]!.campus,
      accountId: rows[0]!.id,
      personId: null,
      actor: `test:${accountCode}`,
      channel: 'wechat',
      amountMicro: BigInt(AMOUNT_FEN) * 10_000n,
      currency: 'CNY',
      clientToken: orderNo,
      createdMs: now,
      lookDueMs: nextPollMs(now, now),
    }),
  );
  const engine = { clock: realTime, log: silentLog };
  const { payUrl } = await beginOrder(
    { database: path.database, engine, providers },
    (await findOrder(pool, orderNo))!,
    null,
  );
  expect(payUrl).toContain('/wallet/wechat/');
  return orderNo;
}

const stateOf = async (orderNo: string) => (await findOrder(path.database.pool, orderNo))!.state;

const credited = (orderNo: string) =>
  vi.waitFor(async () => expect(await stateOf(orderNo), output).toBe('CREDITED'), WITHIN);

const restoreOf = async (meter: string) =>
  (
    await path.database.pool.query<{ state: string; sent: string | null }>(
      `select c.state::text, c.sent_ms::text as sent from command c join meter m on m.id = c.meter_id
        where m.code = $1 and c.op = 'connect' order by c.created_ms desc limit 1`,
      [meter],
    )
  ).rows[0];

/** Kills the server while it waits, inside its transaction, for a lock that the test holds. */
async function killWhileHeld(holds: string, confirm: () => void): Promise<void> {
  const client: pg.PoolClient = await path.database.pool.connect();
  try {
    await client.query('begin');
    await client.query(holds);
    confirm();
    await vi.waitFor(async () => {
      const { rows } = await client.query<{ n: number }>(
        "select count(*)::int as n from pg_stat_activity where application_name = 'payment server' and wait_event_type = 'Lock'",
      );
      expect(rows[0]!.n, output).toBeGreaterThan(0);
    }, WITHIN);
    await killChild();
  } finally {
    await client.query('rollback');
    client.release();
  }
}

it(`killed at ${FAULT_POINTS.length} points from the notification to power: paid once is credited once, and power comes back`, async () => {
  const startMs = Date.now();
  await gateway.use(0, startMs - 4 * 3_600_000);
  await gateway.use(48_000, startMs);
  gateway.reportEvery(1_000);
  await vi.waitFor(async () => {
    const { rows } = await path.database.pool.query<{ n: number }>(
      "select count(distinct point_id)::int as n from command where op = 'disconnect' and state = 'VERIFIED'",
    );
    expect(rows[0]!.n).toBe(rooms.length);
  }, WITHIN);
  const orders = await Promise.all(rooms.map(({ account }) => orderFor(account)));

  for (const [n, { name, holds }] of FAULT_POINTS.entries()) {
    const orderNo = orders[n]!;
    const confirm = () => sandbox.confirm('wechat', orderNo);
    if (holds !== null) {
      await killWhileHeld(holds, confirm);
      expect(await stateOf(orderNo), name).toBe('CREATED');
      await startChild();
    } else if (name === 'credited, not answered') {
      confirm();
      await vi.waitFor(async () => expect(await stateOf(orderNo), output).toBe('CREDITED'), {
        ...WITHIN,
        interval: 1,
      });
      await killChild();
      await startChild();
    } else if (name === 'command queued, bridge away') {
      await path.bridge.kill();
      confirm();
      await credited(orderNo);
      expect(await restoreOf(rooms[n]!.meter)).toMatchObject({ state: 'QUEUED' });
      await killChild();
      await Promise.all([startChild(), path.bridge.restart()]);
    } else {
      confirm();
      await vi.waitFor(async () => expect((await restoreOf(rooms[n]!.meter))?.sent ?? null).not.toBeNull(), {
        ...WITHIN,
        interval: 1,
      });
      await path.bridge.kill();
      await pause(200);
      await path.bridge.restart();
    }
  }

  for (const [n, { name }] of FAULT_POINTS.entries()) {
    await credited(orders[n]!);
    await vi.waitFor(
      async () => expect(await restoreOf(rooms[n]!.meter), name).toMatchObject({ state: 'VERIFIED' }),
      { timeout: 180_000, interval: 200 },
    );
  }
  const { rows } = await path.database.pool.query<{ code: string; fen: string; n: number }>(
    `select a.code, sum(p.amount_micro / 10000)::text as fen, count(*)::int as n from payment p join account a on a.id = p.account_id
      where p.channel = 'wechat' group by a.code order by a.code`,
  );
  expect(rows).toEqual(rooms.map(({ account }) => ({ code: account, fen: String(AMOUNT_FEN), n: 1 })));
  expect(await path.get('/ledger/verify')).toMatchObject({ ok: true });
}, 400_000);
