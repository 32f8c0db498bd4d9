import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { importResultSchema } from '../../contracts/importDocument';
import { accountSchema, chargePage, ledgerPage } from '../../contracts/restAccounts';
import { verificationSchema } from '../../contracts/restLedger';
import { readingsPage } from '../../contracts/restMeters';
import { meterPointSchema } from '../../contracts/restSupply';
import { FixedClock } from '../../domain/time/clock';
import { reportReadings } from '../testing/reportReadings';
import { problemOf, type RestCall, restCalls, topUp } from '../testing/restCalls';
import { startTestServer, TEST_NOW_MS, type TestServer } from '../testing/startTestServer';
import { testCampusDocument } from '../testing/testCampus';

let test: TestServer;
let call: RestCall;

beforeAll(async () => {
  test = await startTestServer();
  call = restCalls(test, await test.key(['read', 'vend', 'control', 'import', 'admin']));
  await reportReadings(test, 'M-101', [
    ['08:00', '1200.000'],
    ['09:00', '1201.234'],
    ['11:59', '1201.234'],
  ]);
});

afterAll(() => test?.stop());

describe('reading over REST', () => {
  it('an account shows ledger, unposted and available to the last digit, in the shape of the contract', async () => {
    const account = accountSchema.parse((await call('GET', '/accounts/A-101')).body);
    // 1.234 kWh × 0.5283 = 0.6519222, floored to µ.
    expect(account.balance).toBe('49.348078');
    expect(Number(account.ledger) - Number(account.unposted)).toBeCloseTo(49.348078, 6);
    expect(account.points).toMatchObject([{ code: 'P-101', utility: 'ELECTRICITY' }]);
    expect(account.asOf).toBe('2025-09-10T12:00:00.000+08:00');
  });

  it('charges carry registers, tariff version, period, tier, quantity, price and exact amounts that add up', async () => {
    const page = chargePage.parse((await call('GET', '/accounts/A-101/charges')).body);
    expect(page.items.length).toBeGreaterThan(0);
    const quantityMicro = page.items.reduce((sum, c) => sum + BigInt(c.quantity.replace('.', '')), 0n);
    expect(quantityMicro).toBe(1_234_000n);
    for (const charge of page.items) {
      expect(charge).toMatchObject({ meter: 'M-101', point: 'P-101', tariff: 'FLAT', inForce: true });
      for (const line of charge.lines) expect(line.price).toBe('0.528300');
    }
  });

  it('lists go on by cursor without a gap or a repeat', async () => {
    const all = chargePage.parse((await call('GET', '/accounts/A-101/charges?limit=500')).body).items;
    const seen: string[] = [];
    let path = '/accounts/A-101/charges?limit=2';
    for (;;) {
      const page = chargePage.parse((await call('GET', path)).body);
      seen.push(...page.items.map((c) => c.id));
      if (page.nextCursor === null) break;
      path = `/accounts/A-101/charges?limit=2&cursor=${page.nextCursor}`;
    }
    expect(seen).toEqual(all.map((c) => c.id));
  });

  it('the ledger of an account names each posting with its hashes', async () => {
    const page = ledgerPage.parse((await call('GET', '/accounts/A-101/ledger')).body);
    expect(page.items.at(-1)).toMatchObject({ kind: 'topup', amount: '50.000000' });
    expect(page.items.every((e) => /^[0-9a-f]{64}$/.test(e.txHash))).toBe(true);
  });

  it('a meter point keeps measured, wanted and blocks apart, with the age of its values', async () => {
    const point = meterPointSchema.parse((await call('GET', '/meter-points/P-202')).body);
    expect(point.measured).toEqual({ supply: 'UNKNOWN', at: null, ageMs: null });
    expect(point.blocks).toMatchObject({ protection: 'LIFE_SAFETY', protectionOwner: 'Clinic' });
    const live = meterPointSchema.parse((await call('GET', '/meter-points/P-101')).body);
    expect(live.values).toMatchObject({ register: '1201.234000', ageMs: 60_000 });
  });

  it('readings come as stored, and summed per quarter hour, hour and local day with the same total', async () => {
    const range = 'from=2025-09-10T00:00:00%2B08:00&to=2025-09-11T00:00:00%2B08:00';
    const raw = readingsPage.parse((await call('GET', `/meters/M-101/readings?${range}`)).body);
    expect(raw.readings!.map((r) => r.register)).toEqual(['1200.000000', '1201.234000', '1201.234000']);
    for (const every of ['15m', '1h', '1d']) {
      const page = readingsPage.parse(
        (await call('GET', `/meters/M-101/readings?${range}&every=${every}`)).body,
      );
      const total = page.aggregates!.reduce((sum, a) => sum + BigInt(a.quantity.replace('.', '')), 0n);
      expect(total, every).toBe(1_234_000n);
    }
    const days = await call('GET', `/meters/M-101/readings?${range}&every=1d`);
    expect(readingsPage.parse(days.body).aggregates![0]).toMatchObject({
      from: '2025-09-10T00:00:00.000+08:00',
      to: '2025-09-11T00:00:00.000+08:00',
    });
  });

  it('verification answers with the result and needs a key of the whole campus', async () => {
    const result = verificationSchema.parse((await call('GET', '/ledger/verify')).body);
    expect(result).toMatchObject({ ok: true, firstBadId: null });
    const part = await test.key(['read'], 'N');
    const refused = await call('GET', '/ledger/verify', undefined, { Authorization: `Bearer ${part}` });
    expect(refused.status).toBe(403);
  });

  it('the OpenAPI document needs no key and names every call', async () => {
    const response = await fetch(`${test.url}/api/v1/openapi.json`);
    const document = (await response.json()) as { openapi: string; paths: Record<string, object> };
    expect(document.openapi).toMatch(/^3\.1/);
    expect(Object.keys(document.paths).sort()).toEqual(
      [
        '/accounts/{code}',
        '/accounts/{code}/charges',
        '/accounts/{code}/ledger',
        '/accounts/{code}/top-ups',
        '/alarms',
        '/alarms/{id}/acknowledge',
        '/alarms/{id}/reset',
        '/alarms/{id}/shelve',
        '/alarms/{id}/unshelve',
        '/bulk-jobs',
        '/bulk-jobs/dry-run',
        '/bulk-jobs/{id}',
        '/bulk-jobs/{id}/stop',
        '/commands/{id}',
        '/gateways/{code}/credentials',
        '/gateways/{code}/inspections',
        '/import',
        '/ledger/keys',
        '/ledger/transactions/{id}/receipt',
        '/ledger/verify',
        '/meter-points/{code}',
        '/meter-points/{code}/commands',
        '/meter-points/{code}/replace',
        '/meters/{code}/credentials',
        '/meters/{code}/inspections',
        '/meters/{code}/readings',
        '/quarantine',
      ].map((path) => `/api/v1${path}`),
    );
  });
});

describe('keys', () => {
  it('no key, a wrong one and a display token open nothing', async () => {
    expect((await call('GET', '/accounts/A-101', undefined, { Authorization: '' })).status).toBe(401);
    const wrong = await call('GET', '/accounts/A-101', undefined, { Authorization: 'Bearer wkk_no' });
    expect(wrong.status).toBe(401);
    expect(problemOf(wrong).code).toBe('KEY_UNKNOWN');
    const display = { Authorization: 'Bearer wkd_abc' };
    const write = await call('POST', '/alarms/1/acknowledge', undefined, display);
    expect(write.status).toBe(403);
    expect(problemOf(write).code).toBe('DISPLAY_READ_ONLY');
    const byCookie = await call(
      'POST',
      '/accounts/A-101/top-ups',
      {},
      { Authorization: '', Cookie: 'wattkeep-display=wkd_abc' },
    );
    expect(byCookie.status).toBe(403);
  });

  it('a scope that is not held is named in the refusal', async () => {
    const read = await test.key(['read']);
    const answer = await call('POST', '/accounts/A-101/top-ups', topUp('R-scope', '10.00'), {
      Authorization: `Bearer ${read}`,
    });
    expect(answer.status).toBe(403);
    expect(problemOf(answer)).toMatchObject({
      code: 'SCOPE_MISSING',
      detail: expect.stringContaining('vend'),
    });
  });

  it('a key of one building sees nothing of another, whatever it asks', async () => {
    const north = { Authorization: `Bearer ${await test.key(['read', 'vend', 'control', 'admin'], 'N')}` };
    expect((await call('GET', '/accounts/A-101', undefined, north)).status).toBe(200);
    for (const [method, path, body] of [
      ['GET', '/accounts/A-201'],
      ['GET', '/accounts/A-201/ledger'],
      ['GET', '/accounts/A-201/charges'],
      ['POST', '/accounts/A-201/top-ups', topUp('R-north', '10.00')],
      ['GET', '/meter-points/P-201'],
      ['POST', '/meter-points/P-201/commands', { action: 'read', reason: 'test' }],
      ['GET', '/meters/M-201/readings?from=2025-09-10T00:00:00Z&to=2025-09-11T00:00:00Z'],
      ['GET', '/meters/M-201/inspections'],
      ['GET', '/gateways/G-S/inspections'],
      ['GET', '/gateways/G-N/inspections'],
      ['POST', '/gateways/G-S/credentials'],
    ] as const) {
      expect((await call(method, path, body, north)).status, `${method} ${path}`).toBe(404);
    }
  });

  it('a revoked key ends at once', async () => {
    const key = await test.key(['read']);
    const headers = { Authorization: `Bearer ${key}` };
    expect((await call('GET', '/alarms', undefined, headers)).status).toBe(200);
    await test.database.pool.query(
      "update api_key set revoked_at = created_at where name = 'test' and scopes = '{read}'",
    );
    expect((await call('GET', '/alarms', undefined, headers)).status).toBe(401);
  });
});

describe('credentials', () => {
  it('are shown once: a repeat with the same key neither shows nor makes any', async () => {
    const key = { 'Idempotency-Key': 'cred-1' };
    const first = await call('POST', '/gateways/G-N/credentials', undefined, key);
    expect(first.status).toBe(201);
    expect(first.body).toMatchObject({
      username: 'G-N',
      password: expect.any(String),
      signingKey: expect.any(String),
    });
    const again = await call('POST', '/gateways/G-N/credentials', undefined, key);
    expect(again.status).toBe(409);
    expect(problemOf(again).code).toBe('ALREADY_SHOWN');
    expect(JSON.stringify(again.body)).not.toContain(String(first.body.password));
    const { rows } = await test.database.pool.query('select body::text as body from idempotency');
    expect(JSON.stringify(rows)).not.toContain(String(first.body.password));
    expect((await call('DELETE', '/gateways/G-N/credentials')).status).toBe(204);
    expect((await call('DELETE', '/gateways/G-N/credentials')).status).toBe(404);
  });
});

describe('import over REST', () => {
  it('of the same document changes nothing, and a bad row is named and nothing applied', async () => {
    const same = await call('POST', '/import', testCampusDocument);
    expect(same.status).toBe(200);
    const result = importResultSchema.parse(same.body);
    expect(result.rows.every((row) => row.verdict === 'UNCHANGED')).toBe(true);
    const bad = structuredClone(testCampusDocument) as { meters: { point: string }[] };
    bad.meters[2]!.point = 'NOWHERE';
    const answer = await call('POST', '/import', bad);
    expect(answer.status).toBe(422);
    expect(problemOf(answer).errors).toMatchObject([{ pointer: '/meters/2/point' }]);
    expect(answer.body).toMatchObject({ applied: false, rows: expect.any(Array) });
    const unknown = await call('POST', '/import?dryrun=1', testCampusDocument);
    expect(unknown.status).toBe(400);
  });

  it('takes somebody of finance beside where one person’s word is not enough, and keeps nothing of them', async () => {
    const { campus } = testCampusDocument;
    const accounts = [{ code: 'A-OPENED', kind: 'PERSON', points: [], openingBalance: '500.01' }];
    const bring = (second?: unknown) => call('POST', '/import', { campus, accounts, second });
    const alone = problemOf(await bring());
    expect(alone.errors).toMatchObject([
      {
        pointer: '/accounts/0/openingBalance',
        code: 'OPENING_BY_TWO',
        detail: expect.stringMatching(/500\.00 a day.+"second"/),
      },
    ]);
    expect(problemOf(await bring('finance')).errors).toMatchObject([{ pointer: '/second' }]);
    const wrong = await bring({ name: 'finance', password: 'guessed-it' });
    expect(wrong.status).toBe(409);
    expect(problemOf(wrong)).toMatchObject({ code: 'SECOND_PERSON_WRONG' });
    const taken = await bring({ name: 'finance', password: 'finance-pass' });
    expect(taken.status).toBe(200);
    expect(JSON.stringify(taken.body)).not.toContain('finance-pass');
    const { rows } = await test.database.pool.query(
      "select actor from audit_log where action = 'CONSENT' and after ->> 'to' = 'IMPORT'",
    );
    expect(rows).toEqual([{ actor: 'user:finance' }]);
  });
});

describe('behind a proxy of ours', () => {
  it('wrong keys are counted by the client’s address, so that nobody’s guesses shut others out', async () => {
    const realClock = new FixedClock(TEST_NOW_MS);
    const behind = await startTestServer({ trustedHops: 1, realClock });
    const guess = async (from: string) =>
      (
        await fetch(`${behind.url}/api/v1/meters/M-101`, {
          headers: { authorization: 'Bearer wkk_wrong', 'x-forwarded-for': `6.6.6.6, ${from}` },
        })
      ).status;
    for (let n = 0; n < 30; n++) expect(await guess(`2001:db8::${n}`)).toBe(401);
    expect(await guess('2001:db8::ffff')).toBe(429);
    expect(await guess('192.0.2.9')).toBe(401);
    realClock.advance(2_000);
    expect([await guess('2001:db8::1'), await guess('2001:db8::2')], 'one in 2 s').toEqual([401, 429]);
    await behind.stop();
  });
});

describe('without a database', () => {
  it('every call is answered 503 with the time after which to try again, and none as a fault of ours', async () => {
    const away = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const spies = (['query', 'connect'] as const).map((name) =>
      vi.spyOn(test.database.pool, name).mockImplementation(() => Promise.reject(away)),
    );
    const answer = await call('GET', '/accounts/A-101');
    for (const spy of spies) spy.mockRestore();
    expect(answer.status).toBe(503);
    expect(problemOf(answer).code).toBe('DATABASE_AWAY');
    expect(answer.headers.get('retry-after')).toBe('5');
    expect((await call('GET', '/accounts/A-101')).status).toBe(200);
  });
});
