import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { insertSandboxMessage } from '../../../db/queries/sandboxMessages';
import { scopedSource } from '../../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../../db/testing/createTestDatabase';
import { TestCampus } from '../../../db/testing/factories';
import type { NoticeChannel } from '../../../domain/notices/noticeChannel';
import { FixedClock } from '../../../domain/time/clock';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import type { Caller } from '../../auth/caller';
import { SENT, type SendOutcome } from '../../notifications/channel';
import type { NoticeDesk } from '../../notifications/noticeDesk';
import { addressProblem } from '../../notifications/outbound';
import { callerOf } from '../../testing/callerOf';
import { TEST_NOW_MS } from '../../testing/startTestServer';
import { testCampusDocument } from '../../testing/testCampus';
import { addBrowser, addContact, confirmContact, removeContact } from './contacts';
import { readDeliveries } from './deliveries';
import { addGroup, readGroups, removeGroup, rotateSecret } from './groups';
import { choosePreference, readPreferences } from './preferences';

const clock = new FixedClock(TEST_NOW_MS);
const engine = { clock, log: silentLog };
let database: TestDatabase;
let student: Caller;
let guard: Caller;
let admin: Caller;
let codes: string[];
let answer: SendOutcome;
let offered: NoticeChannel[];

const desk: NoticeDesk = {
  offered: () => offered,
  pushKey: () => 'key',
  addressProblem,
  codeWait: () => 0,
  sendCode: async (_channel, _address, { code }) => {
    codes.push(code);
    return answer;
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  await importCampus(database, engine, testCampusDocument, { actor: 'test' });
  [student, guard, admin] = (await Promise.all(
    ['student', 'security-n', 'admin'].map((code) => callerOf(database, code, TEST_NOW_MS)),
  )) as [Caller, Caller, Caller];
  codes = [];
  answer = SENT;
  offered = ['EMAIL', 'SMS', 'PUSH', 'WEBHOOK', 'DINGTALK'];
});
afterAll(() => database?.drop());

const depsOf = (caller: Caller) => ({ database, reader: scopedSource(database, caller.reach), engine });
const add = (caller: Caller, channel: 'EMAIL' | 'SMS', address: string) =>
  addContact(depsOf(caller), desk, caller, { channel, address });
const stateOf = async (caller: Caller, id: number) =>
  (await readPreferences({ database }, desk, caller)).contacts.find((one) => one.id === id)?.state;

describe('a contact', () => {
  it('is used only once the code that was sent to it came back', async () => {
    const { id } = await add(student, 'EMAIL', 'li@example.edu');
    expect(await stateOf(student, id)).toBe('CODE_SENT');
    const code = codes.at(-1)!;
    const wrong = code === '000000' ? '000001' : '000000';
    await expect(confirmContact(depsOf(student), student, { id, code: wrong })).rejects.toMatchObject({
      reason: 'CODE_WRONG',
    });
    await confirmContact(depsOf(student), student, { id, code });
    expect(await stateOf(student, id)).toBe('VERIFIED');
    await expect(confirmContact(depsOf(student), student, { id, code })).rejects.toMatchObject({
      reason: 'CODE_OVER',
    });
  });

  it('is not to be guessed: five tries, ten minutes, and nobody else’s', async () => {
    clock.advance(60_000);
    const { id } = await add(student, 'SMS', '138 0000-0000');
    const code = codes.at(-1)!;
    const wrong = code === '000000' ? '000001' : '000000';
    await expect(confirmContact(depsOf(guard), guard, { id, code })).rejects.toMatchObject({
      reason: 'CONTACT',
    });
    for (let i = 0; i < 5; i++)
      await expect(confirmContact(depsOf(student), student, { id, code: wrong })).rejects.toMatchObject({
        reason: 'CODE_WRONG',
      });
    await expect(confirmContact(depsOf(student), student, { id, code })).rejects.toMatchObject({
      reason: 'CODE_OVER',
    });
    await expect(add(student, 'SMS', '13800000000')).rejects.toMatchObject({ reason: 'CODE_SENT_JUST_NOW' });
    clock.advance(60_000);
    await add(student, 'SMS', '13800000000');
    clock.advance(10 * 60_000);
    await expect(confirmContact(depsOf(student), student, { id, code: codes.at(-1)! })).rejects.toMatchObject(
      { reason: 'CODE_OVER' },
    );
    expect(await stateOf(student, id)).toBe('CODE_SENT');
  });

  it('of a bad form, of a channel that is not there or of a private network is refused by field', async () => {
    await expect(add(student, 'EMAIL', 'nobody')).rejects.toMatchObject({ details: { field: '/address' } });
    await expect(add(student, 'SMS', '12')).rejects.toMatchObject({ reason: 'ADDRESS_INVALID' });
    offered = ['SMS'];
    await expect(add(student, 'EMAIL', 'li@example.edu')).rejects.toMatchObject({
      reason: 'CHANNEL_NOT_OFFERED',
    });
    offered = ['EMAIL', 'SMS', 'PUSH', 'WEBHOOK', 'DINGTALK'];
    const keys = { p256dh: 'B'.repeat(87), auth: 'A'.repeat(22) };
    const browser = (endpoint: string) => addBrowser(depsOf(student), desk, student, { endpoint, keys });
    await expect(browser('https://10.0.0.1/push')).rejects.toMatchObject({ reason: 'ADDRESS_PRIVATE' });
    // Where administrators may subscribe what lies in the own network, residents may not.
    const open = { ...desk, addressProblem: () => null };
    const endpoint = 'http://127.0.0.1:9/push';
    await expect(addBrowser(depsOf(student), open, student, { endpoint, keys })).rejects.toMatchObject({
      reason: 'TLS_NEEDED',
    });
    const { id } = await browser('https://push.example.com/abc');
    expect(await stateOf(student, id)).toBe('VERIFIED');
  });

  it('a code that could not be sent says so', async () => {
    clock.advance(60_000);
    answer = { kind: 'RETRY', reason: 'TIMEOUT' };
    await expect(add(guard, 'EMAIL', 'guard@example.edu')).rejects.toMatchObject({ reason: 'CODE_NOT_SENT' });
    answer = SENT;
  });

  it('stands in the audit log without its address', async () => {
    const { rows } = await database.pool.query<{ text: string }>(
      "select string_agg(audit_log::text, ' ') as text from audit_log where action like 'NOTICE%'",
    );
    expect(rows[0]!.text).toContain('NOTICE_CONTACT_VERIFIED');
    expect(rows[0]!.text).not.toMatch(/example|1380000/);
  });
});

describe('safety', () => {
  it('can’t be switched off below one channel that reaches the person; the rest can', async () => {
    const choose = (channels: ('EMAIL' | 'SMS')[], topic: 'SAFETY' | 'CREDIT') =>
      choosePreference({ database }, student, { topic, channels });
    await expect(choose([], 'SAFETY')).rejects.toMatchObject({ reason: 'SAFETY_NEEDS_CHANNEL' });
    // The number was never confirmed.
    await expect(choose(['SMS'], 'SAFETY')).rejects.toMatchObject({ reason: 'SAFETY_NEEDS_CHANNEL' });
    await choose(['EMAIL'], 'SAFETY');
    await choose([], 'CREDIT');
    const { topics } = await readPreferences({ database }, desk, student);
    expect(topics.map(({ topic, channels }) => [topic, channels.length > 0])).toEqual([
      ['SAFETY', true],
      ['SUPPLY', true],
      ['CREDIT', false],
      ['MONEY', true],
    ]);
  });

  it('keeps one contact of whoever answers alarms', async () => {
    clock.advance(60_000);
    const { id } = await add(guard, 'EMAIL', 'guard@example.edu');
    await confirmContact(depsOf(guard), guard, { id, code: codes.at(-1)! });
    await expect(removeContact(depsOf(guard), guard, id)).rejects.toMatchObject({ reason: 'LAST_CONTACT' });
    // A new address takes the place of the old one once its code came back, and not before.
    const contacts = async () =>
      (await readPreferences({ database }, desk, guard)).contacts.map((one) => [one.address, one.state]);
    await add(guard, 'EMAIL', 'typo@example.edu');
    expect(await contacts()).toEqual([
      ['gu…@example.edu', 'VERIFIED'],
      ['ty…@example.edu', 'CODE_SENT'],
    ]);
    clock.advance(60_000);
    const next = await add(guard, 'EMAIL', 'new@example.edu');
    await confirmContact(depsOf(guard), guard, { id: next.id, code: codes.at(-1)! });
    expect(await contacts()).toEqual([['ne…@example.edu', 'VERIFIED']]);
    expect((await readPreferences({ database }, desk, guard)).contacts[0]!.id).toBe(id);
    const own = await readPreferences({ database }, desk, student);
    for (const contact of own.contacts) await removeContact(depsOf(student), student, contact.id);
    expect((await readPreferences({ database }, desk, student)).contacts).toEqual([]);
  });
});

describe('groups and programs', () => {
  const webhook = {
    channel: 'WEBHOOK',
    name: 'Ops',
    url: 'https://hooks.example.com/x?token=shh',
    secret: null,
    topics: ['SAFETY'],
    space: 'N',
    language: 'en',
  } as const;

  it('a webhook’s secret is shown once, changed and ended; nobody but an administrator may', async () => {
    const made = await addGroup(depsOf(admin), desk, admin, webhook);
    expect(made.secret).toMatch(/^whs_[\w-]{43}$/);
    const { secret } = await rotateSecret(depsOf(admin), admin, made.id);
    expect(secret).not.toBe(made.secret);
    const list = await readGroups({ database }, desk, admin);
    expect(list.groups).toMatchObject([{ id: made.id, host: 'hooks.example.com', space: { code: 'N' } }]);
    expect(JSON.stringify(list)).not.toMatch(/shh|whs_/);
    await removeGroup(depsOf(admin), admin, made.id);
    expect((await readGroups({ database }, desk, admin)).groups).toEqual([]);
    await expect(addGroup(depsOf(guard), desk, guard, webhook)).rejects.toMatchObject({
      reason: 'ROLE_MISSING',
    });
    await expect(readDeliveries(depsOf(guard), guard, null)).rejects.toMatchObject({
      reason: 'ROLE_MISSING',
    });
  });

  it('a message of an alarm names its rule and place to a reader who sees that alarm, and to nobody else', async () => {
    const subject = await database.pool.query<{ id: number }>(
      `with a as (
         insert into alarm (campus_id, rule, subject_type, subject_id, space_id, priority, active, since_ms, raised_ms, last_ms,
                            active_since_ms, activations, evidence)
         select p.campus_id, 'OVERLOAD', 'POINT', p.id, p.space_id, 2, true, 0, 0, 0, 0, '[]', '{}' from meter_point p where p.code = 'P-101'
         returning id, campus_id),
       n as (
         insert into notice (campus_id, kind, alarm_id, body, at_ms, dedupe_key)
         select campus_id, 'ALARM_RAISED', id, '{}', 0, 'named' from a returning id, campus_id, kind, alarm_id)
       insert into delivery (campus_id, notice_id, kind, alarm_id, channel, user_id, to_resident, urgent, subject, state, attempts, created_ms, due_ms)
       select n.campus_id, n.id, n.kind, n.alarm_id, 'EMAIL', u.id, false, false, 'named', 'QUEUED', 0, $1, $1
         from n, app_user u where u.code = 'security-n' returning alarm_id::float8 as id`,
      [clock.now()],
    );
    const alarmId = subject.rows[0]!.id;
    const told = async (reader: Caller) =>
      (await readDeliveries(depsOf(reader), reader, null)).rows.find((row) => row.alarmId === alarmId)?.alarm;
    expect(await told(admin)).toMatchObject({ rule: 'OVERLOAD', place: { space: 'N-101' } });
    const blind: Caller = {
      ...admin,
      permission: (action) => (action === 'VIEW_ALARMS' ? null : admin.permission(action)),
    };
    expect(await told(blind), 'without a right to see alarms').toBeNull();
  });

  it('what the sandbox took is shown to the campus that it was for alone', async () => {
    const other = await TestCampus.create(database);
    const { rows } = await database.pool.query<{ id: number }>(
      `with u as (insert into app_user (campus_id, code, display_name, password_hash) values ($1, 'stranger', 'Stranger', '-') returning id)
       insert into notice_contact (user_id, channel, address, created_ms) select id, 'SMS', '13800000000', 0 from u returning id`,
      [other.id],
    );
    const { id } = await add(student, 'SMS', '13912345678');
    const taken = {
      channel: 'SMS',
      address: 'x',
      atMs: 0,
      content: { title: 't', text: 't', link: null },
    } as const;
    const ids = [`code-${rows[0]!.id}-1`, `code-${id}-1`, 'delivery-99999', 'unknown'];
    for (const messageId of ids) await insertSandboxMessage(database.pool, { ...taken, messageId });
    const { sandbox } = await readDeliveries(depsOf(admin), admin, null);
    expect(sandbox.map(({ messageId }) => messageId)).toEqual([`code-${id}-1`]);
  });

  it.each([
    [{ url: 'http://hooks.example.com/' }, '/url', 'TLS_NEEDED'],
    [{ url: 'https://192.168.1.1/' }, '/url', 'ADDRESS_PRIVATE'],
    [{ space: 'NOWHERE' }, '/space', 'UNKNOWN_SPACE'],
    [{ channel: 'DINGTALK' }, '/secret', 'SECRET_NEEDED'],
    [{ channel: 'FEISHU' }, '/channel', 'CHANNEL_NOT_OFFERED'],
  ] as const)('%o is refused at %s', async (change, field, reason) => {
    await expect(addGroup(depsOf(admin), desk, admin, { ...webhook, ...change })).rejects.toMatchObject({
      reason,
      details: { field },
    });
    expect((await readGroups({ database }, desk, admin)).groups).toEqual([]);
  });
});
