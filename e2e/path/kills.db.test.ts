import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectAsync, type MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { upTopic } from '../../contracts/mqttTopics';
import { createDb, type Database } from '../../db/client';
import { type EmbeddedPostgres, removeEmbeddedPostgres, startEmbeddedPostgres } from '../../db/embedded';
import { migrateDatabase } from '../../db/migrate';
import { pause } from './bridgeProcess';
import { type ExampleMeter, goldenCampus } from './goldenCampus';
import type { Item } from './nodeClient';
import { type Path, startPath } from './startPath';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const KILLS = FULL ? 30 : 6;
/** Readings per second: gateways that carry many meters, and meters that speak for themselves. */
const GATEWAYS = FULL ? 19 : 5;
const METERS_EACH = FULL ? 100 : 52;
const DIRECT = FULL ? 100 : 40;
const TICK_MS = 1_000;
/** Device time of one tick: windows close every quarter of an hour of it. */
const STEP_MS = 60_000;
const TARIFFS = ['A', 'B', 'F2'] as const;

type Side = 'D' | 'C';

/** One message as it is sent; the calm run sends the same for the twins. */
interface Message {
  sender: number;
  ts: number;
  wh: number[];
}

const SENDERS = GATEWAYS + DIRECT;
const isGateway = (sender: number) => sender < GATEWAYS;
const senderCode = (side: Side, sender: number) =>
  isGateway(sender) ? `${side}G${sender}` : `${side}D${sender - GATEWAYS}`;
const metersOf = (side: Side, sender: number): string[] =>
  isGateway(sender)
    ? Array.from({ length: METERS_EACH }, (_, n) => `${side}M${sender}-${n}`)
    : [senderCode(side, sender)];

function campusOf() {
  const meters = (['D', 'C'] as const).flatMap((side) =>
    Array.from({ length: SENDERS }, (_, sender) => sender).flatMap((sender) =>
      metersOf(side, sender).map(
        (code, n): ExampleMeter => ({
          code,
          tariff: TARIFFS[n % TARIFFS.length]!,
          // Every fourth is below 5.00 from the start: posted with every reading, into debt at last.
          credit: n % 4 === 0 ? '0.50' : '500.00',
          protection: 'CREDIT',
          more: { imaxA: 400, gateway: isGateway(sender) ? senderCode(side, sender) : null },
        }),
      ),
    ),
  );
  const gateways = (['D', 'C'] as const).flatMap((side) =>
    Array.from({ length: GATEWAYS }, (_, n) => senderCode(side, n)),
  );
  return goldenCampus(meters, gateways);
}

describe(`${KILLS} kills -9 spread over bridge, broker and database`, () => {
  let folder: string;
  let postgres: EmbeddedPostgres;
  let database: Database;
  let path: Path;
  const clients: MqttClient[] = [];
  let lastAcknowledgedMs = 0;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wattkeep-kills-'));
    // A server of its own: it is killed. As in production, with fsync.
    postgres = await startPostgres();
    await migrateDatabase(postgres.url, { log: () => undefined });
    database = createDb(postgres.url, 10, 'wattkeep test');
    path = await startPath({ broker: 'MOSQUITTO', document: campusOf(), database });
  }, 300_000);
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.endAsync(true)));
    await path?.stop();
    await database?.close();
    await postgres?.stop();
    await removeEmbeddedPostgres(folder, () => undefined);
    await rm(folder, { recursive: true, force: true });
  });

  const startPostgres = () => startEmbeddedPostgres({ dataDir: folder, log: () => undefined });

  /** A publisher whose session outlives its connection: what was not acknowledged is sent again. */
  async function publishers(side: Side): Promise<MqttClient[]> {
    const made = await Promise.all(
      Array.from({ length: SENDERS }, (_, sender) =>
        connectAsync(`mqtt://127.0.0.1:${path.mqttPort}`, {
          clientId: senderCode(side, sender),
          clean: false,
          reconnectPeriod: 100,
          connectTimeout: 2_000,
        }),
      ),
    );
    for (const client of made) client.on('error', () => undefined);
    clients.push(...made);
    return made;
  }

  async function send(side: Side, client: MqttClient, { sender, ts, wh }: Message): Promise<void> {
    const items = metersOf(side, sender).map((id, n): Item => ({ id, ts, ea: (wh[n]! / 1_000).toFixed(3) }));
    const code = senderCode(side, sender);
    const kind = isGateway(sender) ? 'GATEWAY' : 'METER';
    const body = isGateway(sender) ? { v: 1, gw: code, r: items } : { v: 1, ...items[0] };
    await client.publishAsync(upTopic(path.site, kind, code, 'DATA'), JSON.stringify(body), { qos: 1 });
    lastAcknowledgedMs = Date.now();
  }

  async function storedOf(side: Side): Promise<number> {
    const { rows } = await database.pool.query<{ n: number }>(
      `select count(*)::int as n from reading r join meter m on m.id = r.meter_id where m.code like $1`,
      [`${side}%`],
    );
    return rows[0]!.n;
  }

  async function booksOf(side: Side) {
    const { rows } = await database.pool.query<Record<string, unknown>>(
      `select substring(m.code from 2) as meter, b.balance_micro as balance, b.unposted_micro as unposted,
              s.numerator_pico::text as numerator, t.base_micro as register,
              (select count(*)::int from reading r where r.meter_id = m.id and quality = 0) as accepted,
              (select sum(quantity_micro)::text from reading r where r.meter_id = m.id) as advance,
              (select sum(quantity_micro)::text from reading_hourly r where r.meter_id = m.id) as hourly,
              (select jsonb_agg(jsonb_build_array(period_ms, quantity_micro) order by period_ms)
                 from accrual c where c.account_id = a.id and quantity_micro > 0) as accrued
         from meter m join meter_state t on t.meter_id = m.id join meter_install i on i.meter_id = m.id
         join account_point p on p.point_id = i.point_id join account a on a.id = p.account_id
         join account_balance b on b.account_id = a.id join stream s on s.account_id = a.id
        where m.code like $1 order by 1`,
      [`${side}%`],
    );
    return rows;
  }

  it('the end state is that of an undisturbed run, and nothing acknowledged is missing', async () => {
    const disturbed = await publishers('D');
    const startMs = Date.now() - 86_400_000;
    const wh = Array.from({ length: SENDERS }, (_, sender) => metersOf('D', sender).map(() => 1_000_000));
    const sent: Message[] = [];
    const acknowledged: Promise<void>[] = [];
    let killing = true;
    const sending = (async () => {
      const beganMs = performance.now();
      for (let tick = 0; killing; tick++) {
        for (let sender = 0; sender < SENDERS; sender++) {
          const own = wh[sender]!;
          for (let n = 0; n < own.length; n++) own[n]! += (n * 7 + tick * 13 + sender) % 97;
          const message = { sender, ts: startMs + tick * STEP_MS + sender, wh: [...own] };
          sent.push(message);
          const done = send('D', disturbed[sender]!, message);
          done.catch(() => undefined);
          acknowledged.push(done);
        }
        await pause(Math.max(0, beganMs + (tick + 1) * TICK_MS - performance.now()));
      }
    })();
    sending.catch(() => undefined);

    const victims = {
      bridge: { kill: () => path.bridge.kill(), back: () => path.bridge.restart() },
      broker: {
        kill: () => path.mosquitto!.killSaved(() => lastAcknowledgedMs),
        back: () => path.mosquitto!.restart(),
      },
      database: {
        kill: async () => void process.kill(postgres.pid, 'SIGKILL'),
        back: async () => {
          await postgres.stop();
          postgres = await startPostgres();
        },
      },
    };
    const order = Object.keys(victims) as (keyof typeof victims)[];
    const backMs = { bridge: 0, broker: 0, database: 0 };
    try {
      for (let k = 0; k < KILLS; k++) {
        const name = order[k % order.length]!;
        // At any moment of a tick, and away for a part of one or for several.
        await pause(200 + ((k * 379) % 1_000));
        await victims[name].kill();
        await pause((k * 613) % 1_500);
        const fromMs = performance.now();
        await victims[name].back();
        await vi.waitFor(async () => expect(await path.bridge.isReady()).toBe(true), {
          timeout: 120_000,
          interval: 50,
        });
        backMs[name] = Math.max(backMs[name], Math.round(performance.now() - fromMs));
      }
    } finally {
      killing = false;
    }
    const sentMs = performance.now();
    const behind = sent.reduce((sum, message) => sum + message.wh.length, 0) - (await storedOf('D'));
    await sending;
    await Promise.all(acknowledged);
    const readings = sent.reduce((sum, message) => sum + message.wh.length, 0);
    await vi.waitFor(async () => expect(await storedOf('D')).toBe(readings), {
      timeout: 300_000,
      interval: 200,
    });
    const caughtUpS = (performance.now() - sentMs) / 1_000;

    const calm = await publishers('C');
    for (let at = 0; at < sent.length; at += SENDERS)
      await Promise.all(
        sent.slice(at, at + SENDERS).map((message) => send('C', calm[message.sender]!, message)),
      );
    await vi.waitFor(async () => expect(await storedOf('C')).toBe(readings), {
      timeout: 300_000,
      interval: 200,
    });

    const books = await booksOf('D');
    expect(books).toHaveLength(GATEWAYS * METERS_EACH + DIRECT);
    expect(books).toEqual(await booksOf('C'));
    for (const { advance, hourly } of books) expect(hourly).toBe(advance);
    expect(await path.get('/quarantine')).toMatchObject({ items: [] });
    expect(await path.get('/ledger/verify')).toMatchObject({ ok: true });
    console.info(
      `${KILLS} kills: ${sent.length} messages, ${readings} readings, ${Math.round(sent.length / SENDERS)} s of sending; back at the latest after ${JSON.stringify(backMs)} ms; ${behind} behind at the end, stored ${caughtUpS.toFixed(1)} s later`,
    );
  }, 2_400_000);
});
