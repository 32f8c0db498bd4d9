import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { TestCampus, type TestMeter } from '../db/testing/factories';
import type { AckStatus } from '../domain/supply/commandMachine';
import { cst, flatTariff } from '../domain/tariffs/testing';
import { FixedClock } from '../domain/time/clock';
import { applyCommandAck, type CommandAck } from './applyCommandAck';
import { applyTopUp, type TopUp } from './applyTopUp';
import { type EngineContext, silentLog } from './context';
import { dispatchCommand, dueCommands } from './dispatchCommand';
import { ingestReadings } from './ingestReadings';
import type { IncomingReading } from './ingestTypes';
import { sweepPolicies } from './sweepPolicies';
import { says } from './testing/harness';

const FULL = process.env.WATTKEEP_TEST_SCALE === 'full';
const RUNS = FULL ? 1_000 : 100;
/** Lives that share a database: every table is compared as a whole, so each starts with little in them. */
const LIVES_TOGETHER = 10;
const MINUTE_MS = 60_000;
/** Time from one look at the room to the next: long enough that a few of them last from the final notice to the cut. */
const LOOK_MS = 6 * MINUTE_MS;
const PRICE_MICRO = 1_000_000n;

/** What reaches the platform and may reach it again. */
type Message =
  | { kind: 'READING'; reading: IncomingReading }
  | { kind: 'TOP_UP'; topUp: TopUp }
  | { kind: 'ACK'; ack: CommandAck };

const deed = fc.record({
  what: fc.oneof(
    { weight: 5, arbitrary: fc.constant('USE' as const) },
    { weight: 2, arbitrary: fc.constant('TOP_UP' as const) },
    { weight: 1, arbitrary: fc.constantFrom('SPIKE' as const, 'CONTRADICT' as const) },
  ),
  wh: fc.integer({ min: 0, max: 900 }),
  fen: fc.integer({ min: 1, max: 600 }),
  looks: fc.integer({ min: 1, max: 2 }),
  answers: fc.constantFrom<AckStatus[]>(
    ['accepted', 'done'],
    ['done'],
    ['accepted', 'failed'],
    ['rejected'],
    ['dup'],
    [],
  ),
});

type Deed = typeof deed extends fc.Arbitrary<infer T> ? T : never;

/** A life that every run has: use without credit until the room is cut, a payment, and use again. */
const CUT_AND_RESTORED: Deed[] = (['USE', 'USE', 'USE', 'TOP_UP', 'USE', 'USE'] as const).map((what) => ({
  what,
  wh: 300,
  fen: 600,
  looks: 2,
  answers: ['accepted', 'done'],
}));

/** Tables that hold money, use, supply and what was told to people; a repeat must leave each of their rows alone. */
const STATE = [
  'account',
  'accrual',
  'alarm',
  'alarm_event',
  'charge',
  'command',
  'command_event',
  'ledger_account',
  'ledger_entry',
  'ledger_tx',
  'notice',
  'payment',
  'reading',
  'reading_hourly',
  'register_epoch',
  'stream',
  'supply_state',
  'top_up_latency',
];

describe('T6: every message may come again', () => {
  let database: TestDatabase;
  let campus: TestCampus;
  let tariffId: number;
  let policy: string;

  async function begin(): Promise<void> {
    await database?.drop();
    database = await createTestDatabase();
    campus = await TestCampus.create(database);
    tariffId = await campus.tariff([flatTariff('F-1', cst('2024-01-01 00:00'), PRICE_MICRO)]);
    policy = await campus.policy({ noCutPeriods: false, eligibleForS: 1, noticeLeadS: 1 });
  }
  afterAll(() => database?.drop());

  async function stateOf(): Promise<Record<string, string>> {
    const state: Record<string, string> = {};
    for (const table of STATE) {
      const { rows } = await database.pool.query<{ text: string | null }>(
        `select string_agg(t::text, E'\\n' order by t::text) as text from ${table} t`,
      );
      state[table] = rows[0]!.text ?? '';
    }
    const { rows } = await database.pool.query<{ text: string | null }>(
      `select string_agg(concat_ws('/', meter_code, ts_ms, reason, field), E'\\n' order by id) as text from quarantine`,
    );
    return { ...state, quarantine: rows[0]!.text ?? '' };
  }

  async function send(ctx: EngineContext, message: Message): Promise<void> {
    if (message.kind === 'READING') await ingestReadings(database, ctx, [message.reading]);
    else if (message.kind === 'TOP_UP') await applyTopUp(database, ctx, message.topUp);
    else await applyCommandAck(database, ctx, message.ack);
  }

  /** Publishes what is due for this meter; the answers are the messages that a meter sends back. */
  async function answersOf(
    ctx: EngineContext,
    meter: TestMeter,
    states: readonly AckStatus[],
  ): Promise<{ sent: Message[]; relay: 0 | 1 | null }> {
    const sent: Message[] = [];
    let relay: 0 | 1 | null = null;
    for (const command of await dueCommands(database, ctx, 100)) {
      if (command.pointId !== meter.pointId) continue;
      if ((await dispatchCommand(database, ctx, command.id, async () => undefined)) !== 'SENT') continue;
      for (const state of states) {
        const nowMs = ctx.clock.now();
        sent.push({
          kind: 'ACK',
          ack: {
            site: campus.code,
            senderCode: meter.code,
            commandId: command.id,
            meterCode: meter.code,
            state,
            code: '',
            tsMs: nowMs,
            rxMs: nowMs,
            observed: {},
          },
        });
        if (state === 'done') relay = command.op === 'connect' ? 1 : 0;
      }
    }
    return { sent, relay };
  }

  it(`readings, answers and payments sent again change nothing, over ${RUNS} lives of a room`, async () => {
    const seen = { cuts: 0, restores: 0 };
    let lives = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(deed, { minLength: 3, maxLength: 6 }),
        fc.array(fc.nat(), { minLength: 64, maxLength: 64 }),
        async (deeds, order) => {
          if (lives++ % LIVES_TOGETHER === 0) await begin();
          const clock = new FixedClock(cst('2025-09-10 12:00'));
          const ctx = { clock, log: silentLog };
          const account = await campus.account({ policy });
          const meter = await campus.meter({ accountId: account.id, tariffId, imaxA: 100 });
          const log: Message[] = [];
          let wh = 1_000_000;
          let relay: 0 | 1 = 1;
          const deliver = async (message: Message): Promise<void> => {
            log.push(message);
            await send(ctx, message);
          };
          const report = (value: number) =>
            deliver({
              kind: 'READING',
              reading: says(campus, meter.code, clock.now(), (value / 1000).toFixed(3), {
                relay,
                powerW: relay === 1 ? 300 : 0,
                currentA: relay === 1 ? 1.3 : 0,
              }),
            });
          await report(wh);
          for (const [at, { what, wh: used, fen, looks, answers }] of deeds.entries()) {
            for (let i = 0; i < looks; i++) {
              clock.advance(LOOK_MS);
              await report(wh);
              await sweepPolicies(database, ctx);
            }
            clock.advance(MINUTE_MS);
            if (what === 'TOP_UP')
              await deliver({
                kind: 'TOP_UP',
                topUp: {
                  campusId: campus.id,
                  accountCode: account.code,
                  amountMicro: BigInt(fen) * 10_000n,
                  channel: 'counter',
                  reference: `${account.code}-${at}`,
                  actor: 'user:test',
                },
              });
            else {
              if (relay === 1) wh += used;
              await report(what === 'SPIKE' ? wh + 50_000_000 : wh);
              if (what === 'CONTRADICT') await report(wh + 7);
            }
            const back = await answersOf(ctx, meter, answers);
            for (const message of back.sent) {
              await deliver(message);
              await send(ctx, message);
            }
            relay = back.relay ?? relay;
          }
          const before = await stateOf();
          const again = log
            .map((message, i) => ({ message, key: order[i % order.length]! + i }))
            .sort((a, b) => a.key - b.key);
          for (const { message } of again) await send(ctx, message);
          expect(await stateOf()).toEqual(before);
          seen.cuts += before.command!.split(',disconnect,').length - 1;
          seen.restores += before.command!.split(',connect,').length - 1;
        },
      ),
      { numRuns: RUNS, endOnFailure: FULL, examples: [[CUT_AND_RESTORED, [5, 3, 1]]] },
    );
    expect(seen.cuts).toBeGreaterThan(0);
    expect(seen.restores).toBeGreaterThan(0);
  }, 1_800_000);
});
