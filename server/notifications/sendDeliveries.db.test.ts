import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { withTransaction } from '../../db/client';
import { insertNotice } from '../../db/queries/notices';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import type { AlarmPriority } from '../../domain/alarms/alarm';
import type { AlarmEvent } from '../../domain/alarms/alarmMachine';
import { coolDownMs, LEASE_MS } from '../../domain/notices/deliveryPolicy';
import { FixedClock } from '../../domain/time/clock';
import { applyAlarmAct, applyAlarmSignal } from '../../engine/applyAlarmEvent';
import { silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { sweepAlarms } from '../../engine/sweepAlarms';
import { TEST_NOW_MS } from '../testing/startTestServer';
import { testCampusDocument } from '../testing/testCampus';
import { type Message, type PersonSender, refused, retry, SENT, type SendOutcome } from './channel';
import { DeliveryRun, type SendDeps } from './sendDeliveries';
import { startReceiver } from './testing/receiver';
import { Webhook, webhookSignature } from './webhook';

/** The outbox over a real database: from the act to the receiver, once, through failures and with two servers. */

const HOUR = 3_600_000;
const WITHIN = { timeout: 30_000 };
const clock = new FixedClock(TEST_NOW_MS);
const realClock = new FixedClock(TEST_NOW_MS);
const engine = { clock, log: silentLog };
let database: TestDatabase;
let campusId: number;
let sent: { channel: string; address: string; message: Message }[];
let outcome: (address: string) => SendOutcome | Promise<SendOutcome>;

beforeAll(async () => {
  database = await createTestDatabase();
  const done = await importCampus(database, engine, testCampusDocument, { actor: 'test' });
  expect(done.rows.flatMap((row) => row.errors)).toEqual([]);
  campusId = await one<number>('select id from campus');
});
afterAll(() => database?.drop());

beforeEach(async () => {
  clock.set(TEST_NOW_MS);
  realClock.set(TEST_NOW_MS);
  sent = [];
  outcome = () => SENT;
  // The history of alarms stays; their episodes end without leaving anything to the next.
  await database.pool.query(
    `delete from delivery; delete from notice_contact; delete from notice_preference; delete from notice_group;
     delete from notice; delete from duty_shift;
     update alarm set ended_ms = 1, activations = '[]', off_delay_ms = 0, shelved_until_ms = null`,
  );
});

async function one<T>(query: string, values: unknown[] = []): Promise<T> {
  const { rows } = await database.pool.query(query, values);
  return Object.values(rows[0] ?? {})[0] as T;
}
const userId = (code: string) => one<number>('select id from app_user where code = $1', [code]);

/** Gives a user a verified contact. */
async function reach(code: string, channel: string, verified = true): Promise<void> {
  await database.pool.query(
    `insert into notice_contact (user_id, channel, address, created_ms, verified_ms) values ($1, $2, $3, 0, $4)`,
    [await userId(code), channel, `${channel}:${code}`, verified ? 0 : null],
  );
}
const choose = async (code: string, topic: string, channels: string[]) =>
  database.pool.query(
    `insert into notice_preference (user_id, topic, channels) values ($1, $2, $3::notice_channel[])`,
    [await userId(code), topic, channels],
  );

const sender = (channel: string): PersonSender => ({
  async send(address, message) {
    sent.push({ channel, address, message });
    return outcome(address);
  },
});
const server = (over: Partial<SendDeps> = {}) =>
  new DeliveryRun({
    database,
    engine,
    realClock,
    publicUrl: 'http://localhost:3000',
    senders: { person: sender, group: () => new Webhook('ANYWHERE', () => clock.now()) },
    ...over,
  });
async function send(run = server()): Promise<void> {
  await run.takeDue();
  await run.settled();
}
const states = async () =>
  (
    await database.pool.query<{ state: string; reason: string | null; attempts: number }>(
      'select state::text, reason, attempts from delivery order by id',
    )
  ).rows.map(({ state, reason, attempts }) => [state, reason, attempts]);

async function lowBalance(key: string): Promise<boolean> {
  const accountId = await one<number>("select id from account where code = 'A-101'");
  return withTransaction(database, (tx) =>
    insertNotice(tx.client, {
      campusId,
      kind: 'LOW_BALANCE',
      accountId,
      departmentId: null,
      atMs: clock.now(),
      dedupeKey: key,
      body: { account: 'A-101', level: 'MONEY_5', available: '4.5' },
    }),
  );
}

type Rule = 'GAS_LEAK' | 'OVERLOAD' | 'VOLTAGE_RANGE' | 'CLOCK_DRIFT';
async function raise(
  rule: Rule,
  kind: 'RAISE' | 'RETURN' = 'RAISE',
  priority?: AlarmPriority,
): Promise<number> {
  const { id, spaceId } = (
    await database.pool.query<{ id: number; spaceId: number }>(
      `select id, space_id as "spaceId" from meter_point where code = 'P-101'`,
    )
  ).rows[0]!;
  const alarm = await withTransaction(database, (tx) =>
    applyAlarmSignal(tx, clock.now(), {
      rule,
      subject: { campusId, type: 'POINT', id, spaceId },
      kind,
      atMs: clock.now(),
      ...(priority && { priority }),
    }),
  );
  return alarm!;
}

describe('an act and its messages', () => {
  it('stand or fall together, and a notice that was told is not sent again', async () => {
    await reach('student', 'EMAIL');
    const accountId = await one<number>("select id from account where code = 'A-101'");
    const failed = withTransaction(database, async (tx) => {
      await insertNotice(tx.client, {
        campusId,
        kind: 'LOW_BALANCE',
        accountId,
        departmentId: null,
        atMs: clock.now(),
        dedupeKey: 'low:1',
        body: { account: 'A-101', level: 'MONEY_5', available: '4.5' },
      });
      throw new Error('the act fails');
    });
    await expect(failed).rejects.toThrow('the act fails');
    expect(await states()).toEqual([]);
    expect(await lowBalance('low:1')).toBe(true);
    expect(await lowBalance('low:1')).toBe(false);
    await send();
    expect(sent.map(({ address, message }) => [address, message.title])).toEqual([
      ['EMAIL:student', '余额低于 ¥5.00：¥4.50'],
    ]);
    expect(await states()).toEqual([['SENT', null, 1]]);
  });

  it('reach verified contacts of the chosen channels alone, in the language of each person', async () => {
    await reach('student', 'EMAIL');
    await reach('student', 'SMS');
    await reach('student', 'WECOM', false);
    await choose('student', 'CREDIT', ['SMS', 'WECOM']);
    await database.pool.query("update app_user set language = 'en' where code = 'student'");
    await lowBalance('low:2');
    await send();
    expect(sent.map(({ address, message }) => [address, message.title])).toEqual([
      ['SMS:student', 'Credit under ¥5.00: ¥4.50'],
    ]);
    await database.pool.query("update app_user set language = 'zh-CN'");
  });
});

describe('an alarm', () => {
  it('tells whoever lives there and whoever is on duty of the same incident; a stranger hears nothing', async () => {
    for (const code of ['student', 'security-n', 'finance']) await reach(code, 'EMAIL');
    const alarm = await raise('GAS_LEAK');
    await send();
    expect(sent.map(({ address }) => address).sort()).toEqual(['EMAIL:security-n', 'EMAIL:student']);
    expect(new Set(sent.map(({ message }) => message.facts.incident))).toEqual(new Set([alarm]));
    for (const { message } of sent) expect(message.text).toContain(String(alarm));
    expect(
      await one("select alarm_id::int from notice where account_id is not null and kind = 'ALARM_RAISED'"),
    ).toBe(alarm);
  });

  it('at a feeder names it with its load, and to who is called later the time of its raise', async () => {
    await reach('security-n', 'EMAIL');
    const raisedMs = clock.now();
    const { id, spaceId, meterId } = await one<{ id: number; spaceId: number; meterId: number }>(
      `select jsonb_build_object('id', p.id, 'spaceId', p.space_id, 'meterId', i.meter_id)
         from meter_point p join meter_install i on i.point_id = p.id and i.valid_to is null where p.code = 'F-N'`,
    );
    const signal = (rule: 'FEEDER_OVERLOAD' | 'OVER_TEMPERATURE', evidence: Record<string, unknown>) =>
      withTransaction(database, (tx) =>
        applyAlarmSignal(tx, clock.now(), {
          ...{ rule, evidence, kind: 'RAISE', atMs: clock.now() },
          subject:
            rule === 'FEEDER_OVERLOAD'
              ? { campusId, type: 'POINT', id, spaceId }
              : { campusId, type: 'METER', id: meterId, spaceId },
        }),
      );
    await signal('FEEDER_OVERLOAD', { value: 52_140, limit: 50_000, unit: 'W' });
    await send();
    clock.advance(15 * 60_000);
    await sweepAlarms(database, engine);
    await send();
    const texts = sent.map(({ message }) => message);
    expect(texts.map(({ facts }) => facts.kind)).toEqual(['ALARM_RAISED', 'ALARM_ESCALATED']);
    const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone: 'Asia/Shanghai' });
    for (const { title, text } of texts) {
      expect(title).toMatch(/ 馈线 F-N$/);
      expect(text).toContain('52.1 kW，额定 50.0 kW。');
      expect(text).toContain(time.format(raisedMs));
    }
    await signal('OVER_TEMPERATURE', { value: 86, limit: 80, unit: 'C' });
    await send();
    expect(sent.at(-1)!.message.title).toMatch(/过热：.* 馈线 F-N$/);
    expect(sent.at(-1)!.message.text).not.toContain('kW');
  });

  it('a P1 that nobody acknowledges goes over two channels of whoever is on duty, whatever they chose', async () => {
    await reach('security-n', 'EMAIL');
    await reach('security-n', 'SMS');
    await reach('energy', 'EMAIL');
    await choose('security-n', 'SAFETY', ['EMAIL']);
    await database.pool.query(
      `insert into duty_shift (campus_id, user_id, level, space_id, from_ms, to_ms, set_by, set_ms)
       values ($1, $2, 'ON_DUTY', null, 0, $3, 'test', 0)`,
      [campusId, await userId('security-n'), clock.now() + HOUR],
    );
    await raise('GAS_LEAK');
    await send();
    expect(sent.map(({ address }) => address)).toEqual(['EMAIL:security-n']);
    clock.advance(60_000);
    await sweepAlarms(database, engine);
    await send();
    expect(
      sent
        .slice(1)
        .map(({ address }) => address)
        .sort(),
    ).toEqual(['EMAIL:security-n', 'SMS:security-n']);
    expect(sent.at(-1)!.message.title).toContain('无人确认');
  });

  it('whose people on duty have no contact goes to all in scope who have one', async () => {
    await reach('energy', 'EMAIL');
    await reach('security-n', 'EMAIL', false);
    await database.pool.query(
      `insert into duty_shift (campus_id, user_id, level, space_id, from_ms, to_ms, set_by, set_ms)
       values ($1, $2, 'ON_DUTY', null, 0, $3, 'test', 0)`,
      [campusId, await userId('security-n'), clock.now() + HOUR],
    );
    await raise('GAS_LEAK');
    await send();
    expect(sent.map(({ address }) => address)).toEqual(['EMAIL:energy']);
  });

  it.each<[string, (at: number) => AlarmEvent]>([
    ['acknowledged', (at) => ({ kind: 'ACKNOWLEDGE', at })],
    ['shelved', (at) => ({ kind: 'SHELVE', at, until: at + 8 * HOUR })],
    ['suppressed', (at) => ({ kind: 'SUPPRESS', at, by: 'FEEDER_VOLTAGE:9' })],
  ])('that was %s as a P3 and becomes a P1 is told at once, and its ladder begins', async (_, event) => {
    await reach('security-n', 'EMAIL');
    await choose('security-n', 'ALARM', ['EMAIL']);
    const alarmId = await raise('VOLTAGE_RANGE', 'RAISE', 'P3');
    await send();
    clock.advance(10_000);
    await withTransaction(database, (tx) =>
      applyAlarmAct(tx, clock.now(), { alarmId, campusId, actor: 'user:energy', event: event(clock.now()) }),
    );
    expect(await raise('VOLTAGE_RANGE', 'RAISE', 'P1')).toBe(alarmId);
    await send();
    expect(sent.map(({ message }) => [message.urgent, message.facts.body.priority])).toEqual([
      [false, 3],
      [true, 1],
    ]);
    clock.advance(60_000);
    await sweepAlarms(database, engine);
    await send();
    expect(sent.at(-1)!.message.facts.kind).toBe('ALARM_ESCALATED');
  });

  it('of P3 goes only to those who ask for it, of P4 to nobody, and its end is told for P1 and P2', async () => {
    await reach('security-n', 'EMAIL');
    await raise('VOLTAGE_RANGE');
    await raise('CLOCK_DRIFT');
    await send();
    expect(sent).toEqual([]);
    await choose('security-n', 'ALARM', ['EMAIL']);
    await raise('VOLTAGE_RANGE', 'RETURN');
    await raise('OVERLOAD');
    clock.advance(30_000);
    await raise('OVERLOAD', 'RETURN');
    await send();
    expect(sent.map(({ message }) => message.facts.kind)).toEqual(['ALARM_RAISED', 'ALARM_RETURNED']);
  });

  it('under an overlay tells nobody', async () => {
    await reach('security-n', 'EMAIL');
    const alarmId = await raise('OVERLOAD');
    await withTransaction(database, (tx) =>
      applyAlarmAct(tx, clock.now(), {
        alarmId,
        campusId,
        actor: 'user:energy',
        event: { kind: 'SHELVE', at: clock.now(), until: clock.now() + HOUR },
      }),
    );
    await raise('OVERLOAD', 'RETURN');
    await send();
    expect(sent.map(({ message }) => message.facts.kind)).toEqual(['ALARM_RAISED']);
  });
});

it('a contested charge is decided for whoever lived there when it was charged, not for who moved in since', async () => {
  await database.pool.query(
    `with p as (insert into person (campus_id, code, name) values ($1, 'OLD', 'Lived here before') returning id),
          o as (insert into occupancy (account_id, person_id, valid_from, valid_to)
                select a.id, p.id, '2025-08-01', '2025-09-01' from p, account a where a.code = 'A-101')
     insert into app_user (campus_id, code, person_id, display_name, password_hash) select $1, 'old', id, 'Old', '' from p`,
    [campusId],
  );
  await reach('old', 'EMAIL');
  await reach('student', 'EMAIL');
  const accountId = await one<number>("select id from account where code = 'A-101'");
  await insertNotice(database.pool, {
    ...{ campusId, kind: 'DISPUTE_DECIDED', accountId, departmentId: null, atMs: clock.now() },
    concernsMs: Date.UTC(2025, 7, 15),
    dedupeKey: 'dispute:1',
    body: { account: 'A-101', verdict: 'UPHELD', before: '12', after: '3' },
  });
  await send();
  expect(sent.map(({ address }) => address)).toEqual(['EMAIL:old']);
});

describe('quiet hours', () => {
  it('hold what can wait until 07:00 and let safety through', async () => {
    clock.set(TEST_NOW_MS + 10.5 * HOUR); // 22:30
    await reach('student', 'EMAIL');
    await lowBalance('low:night');
    await raise('GAS_LEAK');
    await send();
    expect(sent.map(({ message }) => message.facts.kind)).toEqual(['ALARM_RAISED']);
    expect((await states()).find(([state]) => state === 'QUEUED')).toEqual(['QUEUED', 'QUIET_HOURS', 0]);
    clock.set(TEST_NOW_MS + 19 * HOUR - 1);
    await send();
    expect(sent).toHaveLength(1);
    clock.advance(1);
    await send();
    expect(sent.map(({ message }) => message.facts.kind)).toEqual(['ALARM_RAISED', 'LOW_BALANCE']);
  });
});

describe('one subject', () => {
  it('is told once in its pause, and again after it', async () => {
    await reach('security-n', 'EMAIL');
    for (let i = 0; i < 3; i++) {
      await raise('OVERLOAD');
      await raise('OVERLOAD', 'RETURN');
      await database.pool.query('update alarm set ended_ms = $1 where ended_ms is null', [clock.now()]);
      clock.advance(5_000);
    }
    await send();
    // An end that is none any more is left out too. Its third return is held back: by then it chatters.
    expect(sent.map(({ message }) => message.facts.kind)).toEqual(['ALARM_RAISED']);
    expect((await states()).map(([, reason]) => reason)).toEqual([
      null,
      ...['OVERTAKEN', 'COOL_DOWN', 'OVERTAKEN', 'COOL_DOWN'],
    ]);
    clock.advance(coolDownMs(true));
    await raise('OVERLOAD');
    await send();
    expect(sent).toHaveLength(2);
  });

  const told = () => sent.map(({ message }) => message.facts.kind);

  it('never ends in a wrong last word: what is back is told at once, what is over again after its pause', async () => {
    await reach('security-n', 'EMAIL');
    const steps = [
      ['RAISE', 0],
      ['RETURN', 20_000],
      ['RAISE', 30_000],
      ['RETURN', 20_000],
    ] as const;
    for (const [kind, afterMs] of steps) {
      clock.advance(afterMs);
      await raise('GAS_LEAK', kind);
      await send();
    }
    expect(told()).toEqual(['ALARM_RAISED', 'ALARM_RETURNED', 'ALARM_RAISED']);
    expect((await states()).at(-1)).toEqual(['QUEUED', 'COOL_DOWN', 0]);
    clock.advance(coolDownMs(true));
    await send();
    expect(told()).toEqual(['ALARM_RAISED', 'ALARM_RETURNED', 'ALARM_RAISED', 'ALARM_RETURNED']);
  });

  it('is not told late that it stands after it was told that it is over, nor the other way round', async () => {
    await reach('security-n', 'EMAIL');
    outcome = () => (sent.length === 1 ? retry('HTTP_503') : SENT);
    await raise('GAS_LEAK');
    await send();
    clock.advance(1_000);
    await raise('GAS_LEAK', 'RETURN');
    await send();
    outcome = () => (sent.length === 3 ? retry('HTTP_503') : SENT);
    clock.advance(60_000);
    await send();
    expect(told()).toEqual(['ALARM_RAISED', 'ALARM_RETURNED']);
    expect((await states())[0]!.slice(0, 2)).toEqual(['SKIPPED', 'OVERTAKEN']);
  });
});

describe('a receiver that fails', () => {
  it('is tried again under the same id, later each time, until it takes the message', async () => {
    await reach('student', 'EMAIL');
    await lowBalance('low:3');
    outcome = () => (sent.length < 3 ? retry('HTTP_503') : SENT);
    await send();
    expect(await states()).toEqual([['QUEUED', 'HTTP_503', 1]]);
    await send();
    expect(sent).toHaveLength(1);
    clock.advance(10_000);
    await send();
    clock.advance(29_000);
    await send();
    expect(sent).toHaveLength(2);
    clock.advance(1_000);
    await send();
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(1);
    expect(sent).toHaveLength(3);
    expect(await states()).toEqual([['SENT', null, 3]]);
  });

  it('is given up with its reason; one that is gone is not used again', async () => {
    await reach('student', 'EMAIL');
    await reach('student', 'SMS');
    await lowBalance('low:4');
    outcome = (address) => (address.startsWith('SMS') ? refused('SMS_UNKNOWN', true) : retry('TIMEOUT'));
    for (let i = 0; i < 12; i++) {
      await send();
      clock.advance(6 * HOUR);
      clock.set(clock.now());
    }
    expect((await states()).map(([state]) => state)).toEqual(['FAILED', 'FAILED']);
    expect(await one("select gone_ms is not null from notice_contact where channel = 'SMS'")).toBe(true);
    outcome = () => SENT;
    clock.set(TEST_NOW_MS + 96 * HOUR);
    sent = [];
    await lowBalance('low:5');
    await send();
    expect(sent.map(({ address }) => address)).toEqual(['EMAIL:student']);
  });

  it('does not hold up the others', async () => {
    await reach('student', 'EMAIL');
    await reach('student', 'SMS');
    await lowBalance('low:6');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    outcome = async (address) => {
      if (address.startsWith('SMS')) await held;
      return SENT;
    };
    const run = server();
    await run.takeDue();
    await vi.waitFor(
      async () => expect((await states()).map(([state]) => state).sort()).toEqual(['SENDING', 'SENT']),
      WITHIN,
    );
    release();
    await run.settled();
    expect((await states()).map(([state]) => state)).toEqual(['SENT', 'SENT']);
  });
});

describe('two servers', () => {
  it('never send the same message twice', async () => {
    for (const code of ['student', 'security-n', 'energy', 'energy2', 'maintainer', 'warden-n'])
      for (const channel of ['EMAIL', 'SMS', 'WECOM']) await reach(code, channel);
    await raise('GAS_LEAK');
    const expected = Number(await one('select count(*) from delivery'));
    expect(expected).toBe(18);
    // All four wait at the same door, so that they take at the same moment.
    const door = await database.pool.connect();
    await door.query('begin; lock table delivery in access exclusive mode');
    const servers = Array.from({ length: 4 }, () => send(server()));
    await vi.waitFor(
      async () =>
        expect(
          Number((await door.query('select count(*) from pg_locks where not granted')).rows[0].count),
        ).toBeGreaterThanOrEqual(4),
      WITHIN,
    );
    await door.query('commit');
    door.release();
    await Promise.all(servers);
    expect(sent).toHaveLength(expected);
    expect(new Set(sent.map(({ message }) => message.id)).size).toBe(expected);
  });

  it('one that dies between sending and marking leaves the message to the next, under the same id', async () => {
    await reach('student', 'EMAIL');
    await lowBalance('low:7');
    const dying = server({
      database: { ...database, pool: { query: dyingQuery() } as unknown as TestDatabase['pool'] },
    });
    await send(dying);
    expect(sent).toHaveLength(1);
    expect(await states()).toEqual([['SENDING', null, 1]]);
    realClock.advance(LEASE_MS - 1);
    await send();
    expect(sent).toHaveLength(1);
    realClock.advance(1);
    await send();
    expect(sent.map(({ message }) => message.id)).toEqual([sent[0]!.message.id, sent[0]!.message.id]);
    expect(await states()).toEqual([['SENT', null, 2]]);
  });

  /** Takes as a server does, and is gone when it wants to mark. */
  function dyingQuery() {
    return (text: string, values: unknown[]) =>
      text.startsWith('update delivery set state')
        ? Promise.reject(new Error('killed'))
        : database.pool.query(text, values);
  }

  it('one whose lease ran out does not mark what another has taken since', async () => {
    await reach('student', 'EMAIL');
    await lowBalance('low:8');
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    outcome = async () => {
      if (sent.length > 1) return SENT;
      await held;
      return refused('LATE_WORD', true);
    };
    const slow = server();
    await slow.takeDue();
    realClock.advance(LEASE_MS);
    await send();
    release();
    await slow.settled();
    expect(await states()).toEqual([['SENT', null, 2]]);
  });
});

describe('a subscribed program', () => {
  it('gets what is of its place and topics, signed, through an outage of its own', async () => {
    const receiver = await startReceiver();
    const add = (name: string, topics: string[], space: string | null) =>
      database.pool.query(
        `insert into notice_group (campus_id, channel, name, url, secret, topics, space_id, language, created_ms, created_by)
         values ($1, 'WEBHOOK', $2, $3, 'whs_1', $4, (select id from space where code = $5), 'en', 0, 'test')`,
        [campusId, name, `${receiver.url}/${name}`, topics, space],
      );
    await add('all', ['SAFETY'], null);
    await add('north', ['SAFETY'], 'N');
    await add('south', ['SAFETY'], 'S');
    await add('quota', ['QUOTA'], null);
    receiver.answer = () => ({ status: receiver.got.length <= 2 ? 500 : 200 });
    const alarm = await raise('GAS_LEAK');
    await send();
    expect(receiver.got.map(({ path }) => path).sort()).toEqual(['/all', '/north']);
    clock.advance(2_000);
    await send();
    expect(await states()).toEqual([
      ['SENT', null, 2],
      ['SENT', null, 2],
    ]);
    for (const { headers, body } of receiver.got) {
      const text = body.toString('utf8');
      const timestamp = Number(headers['x-wattkeep-timestamp']);
      expect(headers['x-wattkeep-signature']).toBe(`v1=${webhookSignature('whs_1', timestamp, text)}`);
      expect(JSON.parse(text)).toMatchObject({ incident: alarm, place: 'N-101', kind: 'ALARM_RAISED' });
      // Who lives there is nobody else's concern.
      expect(text).not.toMatch(/Student|ST1/);
    }
    await receiver.stop();
  });
});
