import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { RestCommand, RestMeterPoint } from '../../contracts/restSupply';
import { listTopUpLatencies } from '../../db/queries/healthViews';
import { campusScope } from '../../db/queries/scope';
import { allJobs } from '../../server/jobs/allJobs';
import { nearestRank } from '../../server/services/health/judgeHealth';
import { type ExampleMeter, goldenCampus } from './goldenCampus';
import { connectObeyingGateway, type ObeyingGateway } from './obeyingGateway';
import { type Path, startPath } from './startPath';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const ROOMS = FULL ? 100 : 20;
const ROOMS_PER_GATEWAY = 10;
const HOUR_MS = 3_600_000;
/** A contact stays open at least this long. */
const MIN_OFF_MS = 30_000;
const WITHIN = { timeout: 90_000, interval: 200 };

const rooms = Array.from({ length: ROOMS }, (_, n) => ({
  meter: `M${n}`,
  point: `P-M${n}`,
  account: `A-M${n}`,
  gateway: `G${Math.floor(n / ROOMS_PER_GATEWAY)}`,
}));
const gatewayCodes = [...new Set(rooms.map(({ gateway }) => gateway))];

function campusOf() {
  const meters = rooms.map(
    ({ meter, gateway }): ExampleMeter => ({ code: meter, tariff: 'F', credit: '25.00', more: { gateway } }),
  );
  return {
    ...goldenCampus(meters, gatewayCodes),
    // The real course of things, its waits shortened to what a test can wait for.
    policies: [{ code: 'DEFAULT', noCutPeriods: false, eligibleForS: 1, noticeLeadS: 1 }],
  };
}

describe(`${ROOMS} rooms run out of money, are cut, and are paid for at the same moment`, () => {
  let path: Path;
  let gateways: ObeyingGateway[];

  beforeAll(async () => {
    path = await startPath({ broker: 'MOSQUITTO', document: campusOf(), jobs: allJobs(Date.now()) });
    gateways = await Promise.all(
      gatewayCodes.map((code) =>
        connectObeyingGateway(
          path,
          code,
          rooms.filter(({ gateway }) => gateway === code).map(({ meter }) => meter),
        ),
      ),
    );
  });
  afterAll(async () => {
    await Promise.all(gateways?.map((gateway) => gateway.end()) ?? []);
    await path?.stop();
  });

  /** Each room's notices in order, such as `LOW_BALANCE MONEY_20`. */
  async function noticesOfRooms(): Promise<string[][]> {
    const { rows } = await path.database.pool.query<{ told: string[] }>(
      `select array(select concat_ws(' ', kind, body->>'level') from notice n where n.account_id = a.id and n.kind not like 'ALARM%' order by n.id) as told
         from account a where a.code = any($1)`,
      [rooms.map(({ account }) => account)],
    );
    return rows.map(({ told }) => told);
  }

  const everyRoom = <T>(value: T): T[] => rooms.map(() => value);

  const points = () =>
    Promise.all(rooms.map(({ point }) => path.get<RestMeterPoint>(`/meter-points/${point}`)));

  /** The commands of a kind, one per room, as REST tells them. */
  async function commandsOf(op: 'disconnect' | 'connect'): Promise<RestCommand[]> {
    const { rows } = await path.database.pool.query<{ id: string }>('select id from command where op = $1', [
      op,
    ]);
    return Promise.all(rows.map(({ id }) => path.get<RestCommand>(`/commands/${id}`)));
  }

  /** Waits until each room's newest command of the kind is proven by a reading. */
  async function allVerified(op: 'disconnect' | 'connect'): Promise<void> {
    await vi.waitFor(async () => {
      const { rows } = await path.database.pool.query<{ n: number }>(
        "select count(distinct point_id)::int as n from command where op = $1 and state = 'VERIFIED'",
        [op],
      );
      expect(rows[0]!.n).toBe(ROOMS);
    }, WITHIN);
  }

  function expectProven(commands: readonly RestCommand[]): void {
    expect(new Set(commands.map(({ point }) => point)).size).toBe(ROOMS);
    expect(commands).toHaveLength(ROOMS);
    for (const { state, timeline } of commands) {
      expect(state).toBe('VERIFIED');
      const steps = timeline.map(({ to }) => to).filter((to, i, all) => to !== all[i - 1]);
      expect(steps).toEqual(['QUEUED', 'SENT', 'EXECUTED', 'VERIFIED']);
    }
  }

  it('warns once per level, cuts, proves; each payment brings power back, proven by current', async () => {
    const startMs = Date.now();
    const use = (wattHours: number, hoursAgo: number) =>
      Promise.all(gateways.map((gateway) => gateway.use(wattHours, startMs - hoursAgo * HOUR_MS)));
    await use(0, 4);
    const told: string[] = [];
    for (const [wattHours, level] of [
      [12_000, 'MONEY_20'],
      [18_000, 'MONEY_10'],
      [9_000, 'MONEY_5'],
    ] as const) {
      const hoursAgo = 3 - told.length;
      await use(wattHours, hoursAgo);
      told.push(`LOW_BALANCE ${level}`);
      await vi.waitFor(async () => expect(await noticesOfRooms()).toEqual(everyRoom(told)), WITHIN);
      // Still below the same level: nothing more is said.
      await use(10, hoursAgo - 0.5);
    }
    expect(await commandsOf('disconnect')).toEqual([]);

    await use(9_000, 0);
    for (const gateway of gateways) gateway.reportEvery(1_000);
    await allVerified('disconnect');
    expectProven(await commandsOf('disconnect'));
    for (const { measured, wanted, blocks, values } of await points()) {
      expect(measured.supply).toBe('OPEN');
      expect(wanted.supply).toBe('DISCONNECTED');
      expect(blocks.reasons).toMatchObject([{ reason: 'ARREARS' }]);
      expect(values.powerW).toBe(0);
    }
    const cutMs = Date.now();
    await vi.waitFor(() => expect(Date.now() - cutMs).toBeGreaterThan(MIN_OFF_MS), WITHIN);

    const toAckMs = await Promise.all(rooms.map(payAndWait));
    await allVerified('connect');
    expectProven(await commandsOf('connect'));
    for (const { measured, wanted, blocks, values } of await points()) {
      expect(measured.supply).toBe('CLOSED');
      expect(wanted.supply).toBe('CONNECTED');
      expect(blocks.reasons).toEqual([]);
      expect(values.powerW).toBeGreaterThan(0);
      expect(values.currentA).toBeGreaterThan(0);
    }
    expect(await noticesOfRooms()).toEqual(everyRoom(told));
    expect(gateways.flatMap(({ refused }) => refused)).toEqual([]);
    expect(gateways.flatMap(({ obeyed }) => obeyed).sort()).toEqual(
      rooms.flatMap(({ meter }) => [`${meter} connect`, `${meter} disconnect`]).sort(),
    );
    expect(await path.get('/ledger/verify')).toMatchObject({ ok: true });

    // What the health page shows is this very measurement.
    const { rows } = await path.database.pool.query<{ id: number }>('select id from campus');
    const scope = campusScope(rows[0]!.id, new Date());
    const shown = await listTopUpLatencies(path.database, scope, startMs, 2 * ROOMS);
    expect(shown).toHaveLength(ROOMS);
    const shownToAckMs = shown.map((one) => one.toAckMs ?? Number.POSITIVE_INFINITY);
    const toProofMs = shown.map((one) => one.toProofMs ?? Number.POSITIVE_INFINITY);
    console.info(
      `${ROOMS} top-ups at once, ms: request to relay ${spread(toAckMs)}; accepted to acknowledged ${spread(shownToAckMs)}; to proven ${spread(toProofMs)}`,
    );
    // How fast is measured by the bench; here each of them has an end, and none is longer than the waits above allow.
    for (const each of [toAckMs, shownToAckMs, toProofMs]) {
      expect(each).toHaveLength(ROOMS);
      expect(Math.max(...each)).toBeLessThan(WITHIN.timeout);
    }
  }, 400_000);

  /** From the payment's request to the relay's acknowledgement, ms. */
  async function payAndWait({ account, meter, gateway }: (typeof rooms)[number]): Promise<number> {
    const fromMs = performance.now();
    const answer = await path.rest('POST', `/accounts/${account}/top-ups`, {
      amount: '50.00',
      channel: 'counter',
      reference: `paid-${account}`,
    });
    expect(answer).toMatchObject({ status: 201, body: { commands: [expect.any(String)] } });
    const own = gateways[gatewayCodes.indexOf(gateway)]!;
    return vi.waitFor(
      () => {
        const atMs = own.closedAt(meter);
        expect(atMs).toBeDefined();
        return atMs! - fromMs;
      },
      { timeout: 30_000, interval: 20 },
    );
  }
});

function spread(samplesMs: readonly number[]): string {
  const at = (share: number) => Math.round(nearestRank(samplesMs, share) ?? 0);
  return `p50 ${at(0.5)}, p95 ${at(0.95)}, max ${Math.round(Math.max(...samplesMs))}`;
}
