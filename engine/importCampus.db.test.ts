import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ImportDocument, ImportResult } from '../contracts/importDocument';
import { loadRegistry } from '../db/queries/registry';
import { createTestDatabase, type TestDatabase } from '../db/testing/createTestDatabase';
import { FixedClock } from '../domain/time/clock';
import { silentLog } from './context';
import { importCampus } from './importCampus';
import { smallCampus } from './importing/testDocument';

const NOW = Date.parse('2025-09-10T08:00:00+08:00');
const DAY_MS = 86_400_000;

let database: TestDatabase;
const clock = new FixedClock(NOW);
const actor = 'user:tester';

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(async () => {
  await database.drop();
});
beforeEach(async () => {
  clock.set(NOW);
  await emptyDatabase();
});

/** Insert-only tables have guards, which step aside while a test cleans up after the one before it. */
async function emptyDatabase(): Promise<void> {
  const { rows } = await database.pool.query<{ name: string }>(
    "select quote_ident(tablename) as name from pg_tables where schemaname = 'public' and tablename not like 'reading%'",
  );
  const guarded = await database.pool.query<{ name: string }>(
    "select distinct tgrelid::regclass::text as name from pg_trigger where tgfoid = 'refuse_change'::regproc and tgparentid = 0",
  );
  const guards = (verb: string) =>
    guarded.rows.map(({ name }) => `alter table ${name} ${verb} trigger user`).join('; ');
  const names = rows.map((row) => row.name).join(', ');
  await database.pool.query(
    `begin; ${guards('disable')}; truncate ${names} cascade; ${guards('enable')}; commit`,
  );
}

function run(
  document: unknown,
  options: { dryRun?: boolean; campusId?: number } = {},
): Promise<ImportResult> {
  return importCampus(database, { clock, log: silentLog }, document, { actor, ...options });
}

/** Everything stored, as text that two states can be compared by. */
async function snapshot(): Promise<string> {
  const { rows } = await database.pool.query<{ name: string }>(
    "select tablename as name from pg_tables where schemaname = 'public' order by tablename",
  );
  const parts: string[] = [];
  for (const { name } of rows) {
    const content = await database.pool.query<{ text: string | null }>(
      `select string_agg(t::text, E'\\n' order by t::text) as text from "${name}" t`,
    );
    parts.push(`${name}\n${content.rows[0]!.text ?? ''}`);
  }
  return parts.join('\n');
}

const errorsOf = (result: ImportResult) => result.rows.flatMap((row) => row.errors);

async function count(table: string): Promise<number> {
  const { rows } = await database.pool.query<{ n: number }>(`select count(*)::int as n from ${table}`);
  return rows[0]!.n;
}

function changed(change: (document: Required<ImportDocument>) => void): ImportDocument {
  const document = smallCampus() as Required<ImportDocument>;
  change(document);
  return document;
}

describe('importing a campus', () => {
  it('makes everything that the document names, and the registry sees it in one pass', async () => {
    const result = await run(smallCampus());
    expect(errorsOf(result)).toEqual([]);
    expect(result.applied).toBe(true);
    expect(result.totals.CREATED).toBe(result.rows.length);

    const registry = await loadRegistry(database.pool);
    const campus = registry.campusByCode.get('C1')!;
    expect(campus.configVersion).toBe(2);
    expect(campus.policies.get('ALWAYS')!.disconnect.noCutPeriods.dailyWindows).toEqual([]);
    expect(campus.policies.get('DEFAULT')!.disconnect.noCutPeriods.weekdays).toEqual([6, 7]);
    const meter = campus.meterByCode.get('M-101')!;
    expect(meter.gatewayCode).toBe('G1');
    expect(meter.installs).toEqual([
      { pointId: meter.point!.pointId, fromMs: NOW, toMs: null, startMicro: 12_500_000n, endMicro: null },
    ]);
    expect(meter.payers.map((payer) => [payer.accountCode, payer.policyCode, payer.fromMs])).toEqual([
      ['A-101', 'DEFAULT', NOW],
    ]);
    expect(meter.point!.spacePath).toHaveLength(4);
    expect(meter.point!.feeders).toHaveLength(1);
    const account = registry.accounts.get(meter.payers[0]!.accountId)!;
    const tariff = registry.tariffs.get(account.tariffs.get('ELECTRICITY')![0]!.tariffId)!;
    expect(tariff.problem).toBeNull();
    expect(tariff.book!.at(NOW).pricesMicro).toEqual([528_300n]);
    expect(await count('supply_state')).toBe(4);
    expect(await count('meter_state')).toBe(4);
  });

  it('books an opening balance once, as a top-up at the counter that the ledger chains', async () => {
    await run(smallCampus());
    await run(smallCampus());
    const { rows } = await database.pool.query(
      "select key, kind from ledger_tx union all select channel || '/' || reference, amount_micro::text from payment",
    );
    expect(rows).toEqual([
      { key: 'topup:counter:opening-A-101', kind: 'topup' },
      { key: 'counter/opening-A-101', kind: '100000000' },
    ]);
    const cash = await database.pool.query(
      "select balance_micro, account_seq, head_hash is not null as chained from ledger_account where name = 'cust:A-101:cash'",
    );
    expect(cash.rows).toEqual([{ balance_micro: 100_000_000n, account_seq: 1n, chained: true }]);
  });

  it('credits an opening balance that comes later, and refuses another amount than the booked one', async () => {
    await run(smallCampus());
    const { campus, accounts } = smallCampus();
    const later = await run({ campus, accounts: [{ ...accounts![1]!, openingBalance: '20' }] });
    expect(later.rows.map((row) => row.verdict)).toEqual(['UNCHANGED', 'UPDATED']);
    const { rows } = await database.pool.query(
      "select balance_micro from ledger_account where name = 'cust:A-102:cash'",
    );
    expect(rows[0].balance_micro).toBe(20_000_000n);
    const other = await run({ campus, accounts: [{ ...accounts![1]!, openingBalance: '30' }] });
    expect(errorsOf(other).map((error) => error.code)).toEqual(['OPENING_FIXED']);
  });

  it('changes nothing when the same document comes again', async () => {
    await run(smallCampus());
    const before = await snapshot();
    clock.advance(DAY_MS);
    const again = await run(smallCampus());
    expect(again.totals).toEqual({ CREATED: 0, UPDATED: 0, UNCHANGED: again.rows.length, ERROR: 0 });
    expect(again.applied).toBe(true);
    expect(await snapshot()).toBe(before);
  });

  it('writes nothing in a dry run and says what it would do', async () => {
    const before = await snapshot();
    const result = await run(smallCampus(), { dryRun: true });
    expect(result.applied).toBe(false);
    expect(result.totals.CREATED).toBe(result.rows.length);
    expect(await snapshot()).toBe(before);
  });

  it('applies nothing when three rows are bad, and words each error with field and rule', async () => {
    const before = await snapshot();
    const result = await run(
      changed((document) => {
        document.spaces[3]!.parent = 'NOWHERE';
        document.meters[2]!.serial = 'S-101';
        document.users[1]!.roles[0]!.role = 'KING' as 'ADMIN';
      }),
    );
    expect(result.applied).toBe(false);
    expect(result.totals.ERROR).toBe(3);
    expect(errorsOf(result)).toEqual([
      {
        pointer: '/spaces/3/parent',
        code: 'UNKNOWN_CODE',
        message: 'parent: there is no "NOWHERE" among the spaces.',
      },
      {
        pointer: '/meters/2/serial',
        code: 'DUPLICATE_SERIAL',
        message: 'serial: "S-101" belongs to meter "M-101".',
      },
      {
        pointer: '/users/1/roles/0/role',
        code: 'INVALID_VALUE',
        message: expect.stringContaining('roles.0.role: ') as string,
      },
    ]);
    expect(await snapshot()).toBe(before);
  });

  it('blames no row for pointing at a row that has an error of its own', async () => {
    const result = await run(changed((document) => Object.assign(document.spaces[1]!, { kind: 'CASTLE' })));
    expect(result.rows.filter((row) => row.verdict === 'ERROR').map((row) => row.code)).toEqual(['B1']);
  });
});

describe('rules of the import', () => {
  const cases: [string, (document: Required<ImportDocument>) => void, string, string][] = [
    [
      'a circle of parents',
      (d) => Object.assign(d.spaces[1]!, { parent: 'B1-F1' }),
      '/spaces/1/parent',
      'CYCLE',
    ],
    [
      'a building inside a room',
      (d) => d.spaces.push({ code: 'X', parent: 'B1-101', kind: 'BUILDING', name: 'x' }),
      '/spaces/5/kind',
      'PARENT_KIND',
    ],
    ['a code twice', (d) => d.gateways.push({ code: 'G1' }), '/gateways/1/code', 'DUPLICATE_CODE'],
    [
      'a point without a space',
      (d) => Reflect.deleteProperty(d.meterPoints[1]!, 'space'),
      '/meterPoints/1/space',
      'INVALID_TYPE',
    ],
    [
      'a feeder that is none',
      (d) => Object.assign(d.meterPoints[1]!, { feeder: 'P-102' }),
      '/meterPoints/1/feeder',
      'NOT_A_FEEDER',
    ],
    [
      'a water point under an electric feeder',
      (d) => Object.assign(d.meterPoints[3]!, { feeder: 'F-B1' }),
      '/meterPoints/3/feeder',
      'OTHER_UTILITY',
    ],
    [
      'a water meter at an electric point',
      (d) => Object.assign(d.meters[1]!, { utility: 'WATER' }),
      '/meters/1/utility',
      'WRONG_UTILITY',
    ],
    [
      'two meters at one point',
      (d) => d.meters.push({ code: 'M2', serial: 'S2', point: 'P-101' }),
      '/meters/4/point',
      'POINT_TAKEN',
    ],
    [
      'a broken ratio',
      (d) => Object.assign(d.meters[0]!, { ctRatio: '1.5' }),
      '/meters/0/ctRatio',
      'NOT_WHOLE',
    ],
    [
      'a start register beyond the modulus',
      (d) => Object.assign(d.meters[1]!, { startRegister: '1000000' }),
      '/meters/1/startRegister',
      'ABOVE_MODULUS',
    ],
    [
      'a gap in the day of a tariff',
      (d) => Object.assign(d.tariffs[0]!.versions[0]!.periods![1]!, { to: '22:00' }),
      '/tariffs/0/versions/0/periods',
      'PERIOD_GAP',
    ],
    [
      'hours that a tariff covers twice',
      (d) => Object.assign(d.tariffs[0]!.versions[0]!.periods![1]!, { from: '06:00' }),
      '/tariffs/0/versions/0/periods',
      'PERIOD_OVERLAP',
    ],
    [
      'a period without a price',
      (d) => Object.assign(d.tariffs[0]!.versions[0]!, { prices: { V: '0.2683' } }),
      '/tariffs/0/versions/0/prices',
      'PRICE_MISSING',
    ],
    [
      'two versions from one instant',
      (d) => d.tariffs[1]!.versions.push({ validFrom: '2023-12-31T16:00:00Z', prices: { ALL: '1' } }),
      '/tariffs/1/versions/1/validFrom',
      'VERSION_OVERLAP',
    ],
    [
      'two surcharges of one code',
      (d) =>
        Object.assign(d.tariffs[0]!.versions[0]!, {
          surcharges: [
            { code: 'NET', kind: 'PER_UNIT', value: '0.01' },
            { code: 'NET', kind: 'TAX', value: '13' },
          ],
        }),
      '/tariffs/0/versions/0/surcharges',
      'SURCHARGE_CODE',
    ],
    [
      'a point that two accounts pay for',
      (d) => d.accounts[1]!.points!.push('P-101'),
      '/accounts/1/points/1',
      'POINT_PAID',
    ],
    [
      'a utility without a tariff',
      (d) => Object.assign(d.accounts[0]!, { tariff: 'A' }),
      '/accounts/0/tariff',
      'TARIFF_MISSING',
    ],
    [
      'a tariff that begins after the account',
      (d) => Object.assign(d.tariffs[1]!.versions[0]!, { validFrom: '2026-01-01' }),
      '/accounts/0/tariff/1',
      'TARIFF_STARTS_LATER',
    ],
    [
      'a policy that is unknown',
      (d) => Object.assign(d.accounts[0]!, { policy: 'NONE' }),
      '/accounts/0/policy',
      'UNKNOWN_CODE',
    ],
    [
      'an opening balance below one fen',
      (d) => Object.assign(d.accounts[0]!, { openingBalance: '1.005' }),
      '/accounts/0/openingBalance',
      'INVALID_FORMAT',
    ],
    [
      'residents whose shares do not sum to the whole',
      (d) => Object.assign(d.occupancies[1]!, { share: '0.4' }),
      '/occupancies/0/share',
      'SHARES_SUM',
    ],
    [
      'a resident without a share beside one with',
      (d) => Reflect.deleteProperty(d.occupancies[1]!, 'share'),
      '/occupancies/0/share',
      'SHARES_SUM',
    ],
    [
      'departments whose shares of a building do not sum to the whole',
      (d) => Object.assign(d.departments[1]!, { spaces: [{ code: 'B1', share: '0.3' }] }),
      '/departments/0/spaces',
      'SHARES_SUM',
    ],
    [
      'a role in an unknown scope',
      (d) => Object.assign(d.users[1]!.roles[0]!, { scope: 'B9' }),
      '/users/1/roles/0/scope',
      'UNKNOWN_SCOPE',
    ],
    [
      'a quota of the whole campus',
      (d) => Object.assign(d.quotas[0]!, { scope: 'department:C1' }),
      '/quotas/0/scope',
      'UNKNOWN_SCOPE',
    ],
    [
      'an alarm rule that is unknown',
      (d) => Object.assign(d.rules[0]!, { rule: 'MOON' }),
      '/rules/0/rule',
      'UNKNOWN_RULE',
    ],
    [
      'a setting that its rule does not have',
      (d) => Object.assign(d.rules[0]!, { settings: { onDelay: 10_000 } }),
      '/rules/0/settings/onDelay',
      'UNKNOWN_SETTING',
    ],
    [
      'a setting out of bounds',
      (d) => Object.assign(d.rules[0]!, { settings: { onDelayMs: 10 } }),
      '/rules/0/settings/onDelayMs',
      'SETTING_RANGE',
    ],
    [
      'a time zone that is unknown',
      (d) => Object.assign(d.campus, { timeZone: 'Mars/Olympus' }),
      '/campus/timeZone',
      'UNKNOWN_ZONE',
    ],
    ...['JPY', 'KWD'].map((currency): (typeof cases)[number] => [
      `money without hundredths (${currency})`,
      (d) => Object.assign(d.campus, { currency }),
      '/campus/currency',
      'CURRENCY_DECIMALS',
    ]),
    ['a section that is unknown', (d) => Object.assign(d, { wallets: [] }), '/wallets', 'UNKNOWN_SECTION'],
  ];
  it.each(cases)('refuses %s', async (_name, change, pointer, code) => {
    const result = await run(changed(change));
    expect(result.applied).toBe(false);
    expect(errorsOf(result).map((error) => [error.pointer, error.code])).toContainEqual([pointer, code]);
    expect(await count('campus')).toBe(0);
  });
});

describe('changing a campus by another import', () => {
  it('keeps what a row leaves out, clears what it sets to null, and touches no other row', async () => {
    await run(smallCampus());
    clock.advance(DAY_MS);
    const result = await run({
      campus: smallCampus().campus,
      meterPoints: [
        { code: 'P-101', space: 'B1-101', utility: 'ELECTRICITY', role: 'CUSTOMER', limitW: 2_000 },
        {
          code: 'P-102',
          space: 'B1-102',
          utility: 'ELECTRICITY',
          role: 'CUSTOMER',
          feeder: null,
          limitW: null,
        },
      ],
    });
    expect(result.rows.map((row) => row.verdict)).toEqual(['UNCHANGED', 'UPDATED', 'UPDATED']);
    const { rows } = await database.pool.query(
      `select p.code, p.limit_w, count(l.*)::int as feeders from meter_point p
         left join feeder_link l on l.child_point_id = p.id and l.valid_to is null
        where p.code like 'P-%' group by p.id order by p.code`,
    );
    expect(rows).toEqual([
      { code: 'P-101', limit_w: 2000, feeders: 1 },
      { code: 'P-102', limit_w: null, feeders: 0 },
    ]);
  });

  it('moves a point to another account at an instant, leaving no time with two payers or none', async () => {
    await run(smallCampus());
    clock.advance(DAY_MS);
    const { campus, accounts } = smallCampus();
    const result = await run({
      campus,
      accounts: [
        { ...accounts![0]!, points: ['W-101'] },
        { ...accounts![1]!, points: ['P-102', 'P-101'] },
      ],
    });
    expect(errorsOf(result)).toEqual([]);
    const registry = await loadRegistry(database.pool);
    const meter = registry.campusByCode.get('C1')!.meterByCode.get('M-101')!;
    expect(meter.payers.map(({ accountCode, fromMs, toMs }) => [accountCode, fromMs, toMs])).toEqual([
      ['A-101', NOW, NOW + DAY_MS],
      ['A-102', NOW + DAY_MS, null],
    ]);
  });

  it('refuses to move a point at a time that is already read', async () => {
    await run(smallCampus());
    await database.pool.query('update meter_state set base_ms = $1, base_micro = 0', [NOW + 3_600_000]);
    const { campus, accounts } = smallCampus();
    const result = await run({
      campus,
      accounts: [{ ...accounts![0]!, points: ['W-101'], since: '2025-09-10' }],
    });
    expect(errorsOf(result).map((error) => error.code)).toContain('BACKDATED');
  });

  it('puts points on the protected list, and takes none off or down: that is for two people', async () => {
    const withProtection = (protection: 'NONE' | 'CREDIT' | 'LIFE_SAFETY') =>
      run(
        changed(({ meterPoints }) => {
          meterPoints[0] = { ...meterPoints[0]!, protection };
        }),
      );
    expect(errorsOf(await withProtection('CREDIT'))).toEqual([]);
    expect(errorsOf(await withProtection('LIFE_SAFETY'))).toEqual([]);
    for (const less of ['NONE', 'CREDIT'] as const)
      expect(errorsOf(await withProtection(less))).toMatchObject([
        { pointer: '/meterPoints/0/protection', code: 'SECOND_PERSON_NEEDED' },
      ]);
    const { rows } = await database.pool.query(
      'select distinct protection from meter_point where protection <> $1',
      ['NONE'],
    );
    expect(rows).toEqual([{ protection: 'LIFE_SAFETY' }]);
  });

  it('refuses another ratio, utility or start register for a meter that was read', async () => {
    await run(smallCampus());
    await database.pool.query('update meter_state set base_ms = $1, base_micro = 0', [NOW]);
    const { campus, meters } = smallCampus();
    const [feeder, room] = meters!;
    const result = await run({
      campus,
      meters: [
        { ...feeder, ctRatio: '40' },
        { ...room, startRegister: '1' },
      ],
    });
    expect(errorsOf(result).map((error) => error.pointer)).toEqual([
      '/meters/0/ctRatio',
      '/meters/1/startRegister',
    ]);
  });

  it('refuses to move a fitted meter or to fit a second one: that is an exchange', async () => {
    await run(smallCampus());
    const { campus } = smallCampus();
    const result = await run({
      campus,
      meters: [
        { code: 'M-101', serial: 'S-101', point: 'P-102' },
        { code: 'NEW', serial: 'S-999', point: 'P-101' },
      ],
    });
    expect(errorsOf(result).map((error) => error.code)).toEqual([
      'FITTED_ELSEWHERE',
      'POINT_TAKEN',
      'POINT_TAKEN',
    ]);
  });

  it('refuses an install that overlaps an earlier one, and so does the database', async () => {
    await run(smallCampus());
    await database.pool.query(
      "update meter_install set valid_to = '2025-12-01' where point_id = (select id from meter_point where code = 'P-101')",
    );
    const { campus } = smallCampus();
    const result = await run({
      campus,
      meters: [{ code: 'NEW', serial: 'S-999', point: 'P-101', installedAt: '2025-11-01' }],
    });
    expect(errorsOf(result).map((error) => error.code)).toEqual(['INSTALL_OVERLAP']);
    await expect(
      database.pool.query(
        "insert into meter_install (point_id, meter_id, valid_from) select point_id, meter_id, '2025-11-01' from meter_install where valid_to is not null",
      ),
    ).rejects.toMatchObject({ code: '23P01' });
  });

  it('leaves the versions of a tariff that is in use to finance: past ones, and those to come', async () => {
    await run(smallCampus());
    await database.pool.query(
      "insert into accrual (account_id, utility, period_ms, quantity_micro, upto_ms) select id, 'ELECTRICITY', 0, 1, $1 from account where code = 'A-101'",
      [NOW],
    );
    const { campus, tariffs } = smallCampus();
    const [tariff] = tariffs!;
    const [version] = tariff!.versions;
    const dearer = { V: '0.3', F: '0.6' };
    const backdated = { ...version, validFrom: '2025-09-01', prices: dearer };
    const later = { ...version, validFrom: '2025-10-01', prices: dearer };
    for (const versions of [[{ ...version, prices: dearer }], [backdated], [version, later]]) {
      const changed = await run({ campus, tariffs: [{ ...tariff, versions }] });
      expect(errorsOf(changed).map((error) => error.code)).toEqual(['AGREED_BY_FINANCE']);
    }
    expect(errorsOf(await run({ campus, tariffs: [tariff] }))).toEqual([]);
    const registry = await loadRegistry(database.pool);
    const stored = [...registry.tariffs.values()].find((entry) => entry.code === 'A')!;
    expect([...stored.numbers.values()]).toEqual([1]);
  });

  it('changes neither class, grace nor tariff of an account that stands, which two people of finance agree', async () => {
    await run(smallCampus());
    const { campus, accounts, tariffs } = smallCampus();
    const [account] = accounts!;
    const free = {
      ...tariffs![0]!,
      code: 'FREE',
      versions: [{ validFrom: '2025-01-01', prices: { ALL: '0' } }],
    };
    for (const [change, field] of [
      [{ class: 'POSTPAID' }, '/accounts/0/class'],
      [{ class: 'SPECIAL', graceDays: 366 }, '/accounts/0/class'],
      [{ tariff: ['FREE', 'W'] }, '/accounts/0/tariff/0'],
    ] as const) {
      const result = await run({ campus, tariffs: [free], accounts: [{ ...account!, ...change }] } as never);
      expect(errorsOf(result)).toContainEqual(
        expect.objectContaining({ code: 'AGREED_BY_FINANCE', pointer: field }),
      );
    }
    const stands = await database.pool.query("select class from account where code = 'A-101'");
    expect(stands.rows).toEqual([{ class: 'PREPAID' }]);
    // A new one is set up as the document says.
    const made = { ...account!, code: 'A-NEW', points: [], class: 'POSTPAID' as const };
    delete (made as { openingBalance?: string }).openingBalance;
    expect(errorsOf(await run({ campus, accounts: [made] }))).toEqual([]);
  });

  it('keeps a password that exists, and ends sessions when roles change', async () => {
    await run(smallCampus());
    const hash = async () =>
      (
        await database.pool.query(
          "select password_hash, session_version from app_user where code = 'student'",
        )
      ).rows[0];
    const before = await hash();
    expect(before.password_hash).toMatch(/^\$2[aby]\$10\$/);
    const { campus, users } = smallCampus();
    await run({ campus, users: [{ ...users![0]!, password: 'another one', roles: [{ role: 'AUDITOR' }] }] });
    expect(await hash()).toEqual({ password_hash: before.password_hash, session_version: 2 });
    const { rows } = await database.pool.query(
      "select b.role, b.valid_to is null as holds from role_binding b join app_user u on u.id = b.user_id where u.code = 'student' order by b.id",
    );
    expect(rows).toEqual([
      { role: 'STUDENT', holds: false },
      { role: 'AUDITOR', holds: true },
    ]);
  });

  it('keeps a key of one campus out of another, and lets an empty campus take its name', async () => {
    await run(smallCampus());
    const { rows } = await database.pool.query<{ id: number }>('select id from campus');
    const other = changed((document) => Object.assign(document.campus, { code: 'C2' }));
    const foreign = await run(other, { campusId: rows[0]!.id });
    expect(errorsOf(foreign).map((error) => error.code)).toEqual(['OTHER_CAMPUS']);

    await emptyDatabase();
    const made = await database.pool.query<{ id: number }>(
      "insert into campus (code, name, time_zone, created_at) values ('new', 'new', 'UTC', '2025-01-01') returning id",
    );
    const taken = await run(other, { campusId: made.rows[0]!.id });
    expect(errorsOf(taken)).toEqual([]);
    expect((await database.pool.query('select code, time_zone from campus')).rows).toEqual([
      { code: 'C2', time_zone: 'Asia/Shanghai' },
    ]);
  });

  it('gives a meter of another dialect no topics of ours and none of another meter, of whatever campus', async () => {
    const asPlug = (document: Required<ImportDocument>, at: number, profileOptions: Record<string, string>) =>
      Object.assign(document.meters[at]!, { profile: 'tasmota', profileOptions });
    const reserved = await run(changed((d) => asPlug(d, 1, { fullTopic: 'em/v1/C2/m/%topic%/%prefix%' })));
    expect(reserved.applied).toBe(false);
    expect(errorsOf(reserved)).toEqual([
      {
        pointer: '/meters/1/profileOptions/fullTopic',
        code: 'TOPIC_RESERVED',
        message: 'fullTopic: the topic must not begin with em/, where our own topics are.',
      },
    ]);
    const twice = await run(
      changed((d) => {
        asPlug(d, 1, { topic: 'plug' });
        asPlug(d, 2, { fullTopic: 'tele/plug/%prefix%/%topic%/' });
      }),
    );
    expect(errorsOf(twice).map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/meters/1/profileOptions/topic', 'TOPIC_TAKEN'],
      ['/meters/2/profileOptions/fullTopic', 'TOPIC_TAKEN'],
    ]);

    const first = changed((d) => asPlug(d, 1, { topic: 'plug' }));
    expect(errorsOf(await run(first))).toEqual([]);
    expect((await run(first)).totals.UNCHANGED).toBeGreaterThan(0);
    // The same topic for a stored meter that the document does not mention.
    const beside = await run({
      campus: first.campus,
      meters: [{ ...first.meters![2]!, profile: 'tasmota', profileOptions: { topic: 'plug' } }],
    });
    expect(errorsOf(beside).map(({ message }) => message)).toEqual([
      'topic: the topics collide with those of meter "M-101".',
    ]);
    const elsewhere = await run(
      changed((d) => {
        Object.assign(d.campus, { code: 'C2' });
        for (const user of d.users) user.code = `${user.code}-2`;
        asPlug(d, 2, { topic: 'plug' });
      }),
    );
    expect(elsewhere.applied).toBe(false);
    expect(errorsOf(elsewhere)).toEqual([
      {
        pointer: '/meters/2/profileOptions/topic',
        code: 'TOPIC_TAKEN',
        message: 'topic: the topics collide with topics that are taken.',
      },
    ]);
  });

  it('raises the version that ingestion watches exactly when something changed', async () => {
    const version = async () =>
      (await database.pool.query('select config_version from campus')).rows[0].config_version;
    await run(smallCampus());
    expect(await version()).toBe(2n);
    await run(smallCampus());
    expect(await version()).toBe(2n);
    await run(changed((document) => Object.assign(document.meters[1]!, { intervalS: 10 })));
    expect(await version()).toBe(3n);
  });
});

describe('any document', () => {
  it('is answered with verdicts, never with an exception, however it is mutated', async () => {
    await run(smallCampus());
    const before = await snapshot();
    await fc.assert(
      fc.asyncProperty(fc.array(mutation, { minLength: 1, maxLength: 4 }), async (mutations) => {
        const document: unknown = smallCampus();
        for (const { path, value } of mutations) mutate(document, path, value);
        const result = await run(document, { dryRun: true });
        expect(result.applied).toBe(false);
        for (const row of result.rows) {
          expect(row.errors.length > 0).toBe(row.verdict === 'ERROR');
          for (const error of row.errors) expect(error.message.length).toBeGreaterThan(3);
        }
      }),
      { numRuns: 400 },
    );
    expect(await snapshot()).toBe(before);
  });

  it('is applied whole or not at all, however it is mutated', async () => {
    await fc.assert(
      fc.asyncProperty(mutation, async ({ path, value }) => {
        await emptyDatabase();
        const document = smallCampus();
        mutate(document, path, value);
        const result = await run(document);
        expect(result.applied).toBe(result.totals.ERROR === 0);
        expect(errorsOf(result).map((error) => error.code)).not.toContain('STORE_REFUSED');
        expect(await count('campus')).toBe(result.applied ? 1 : 0);
        if (result.applied) expect((await run(document)).totals.UNCHANGED).toBe(result.rows.length);
      }),
      { numRuns: 60 },
    );
  });
});

const nasty = fc.oneof(
  fc.constantFrom(
    null,
    '',
    'B1',
    'P-101',
    'constructor',
    '__proto__',
    '\u0000',
    '\ud800',
    -1,
    0,
    1e308,
    '99999999999999999999',
    '2025-02-30',
    '24:00',
    [],
    {},
    true,
  ),
  fc.jsonValue(),
);
const mutation = fc.record({ path: fc.array(fc.nat(40), { minLength: 1, maxLength: 6 }), value: nasty });

/** Walks down the document by the numbers of the path and puts the value there. */
function mutate(root: unknown, path: readonly number[], value: unknown): void {
  let at = root;
  for (let i = 0; i < path.length; i++) {
    if (typeof at !== 'object' || at === null) return;
    const keys = Object.keys(at);
    if (keys.length === 0) return;
    const key = keys[path[i]! % keys.length]!;
    const inner = (at as Record<string, unknown>)[key];
    if (i === path.length - 1 || typeof inner !== 'object' || inner === null) {
      (at as Record<string, unknown>)[key] = value;
      return;
    }
    at = inner;
  }
}
