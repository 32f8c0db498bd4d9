import { connect } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../contracts/restCommon';
import { startTestServer, type TestServer } from '../testing/startTestServer';
import { testCampusDocument } from '../testing/testCampus';

/** Runs per property; the full run states 10,000 bodies over all of them. */
const RUNS = process.env.WATTKEEP_TEST_SCALE === 'full' ? 1_400 : 120;

let test: TestServer;
let key: string;

beforeAll(async () => {
  test = await startTestServer({ realClock: fastClock() });
  key = await test.key(['read', 'vend', 'control', 'import', 'admin'], undefined, 'user:admin');
});

afterAll(() => test?.stop());

/** Rates refill at once: what is fuzzed here is what lies behind them. */
function fastClock() {
  let ms = 0;
  return { now: () => (ms += 60_000) };
}

async function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${test.url}/api/v1${path}`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', ...headers },
    body,
  });
}

const seen = new Map<number, number>();

/** A refusal must be a problem that says why; an acceptance is fine as well. Never a 5xx. */
async function checkAnswer(response: Response, about: string): Promise<void> {
  const text = await response.text();
  seen.set(response.status, (seen.get(response.status) ?? 0) + 1);
  expect(response.status, `${about} → ${text}`).toBeLessThan(500);
  if (response.status < 400) return;
  const problem = problemSchema.parse(JSON.parse(text));
  expect(problem.code, about).toMatch(/^[A-Z][A-Z0-9_]*$/);
  if (response.status === 422) expect(problem.errors?.length ?? 0, `${about} → ${text}`).toBeGreaterThan(0);
}

const WRITES: Record<string, object> = {
  '/accounts/A-101/top-ups': { amount: '5.00', channel: 'counter', reference: 'R-1', reason: 'x' },
  '/meter-points/P-101/commands': { action: 'setLimit', reason: 'test', limitW: 900 },
  '/meter-points/P-101/replace': {
    oldEndRegister: '10.00',
    reason: 'broken',
    meter: { code: 'M-NEW', serial: 'S-NEW', startRegister: '0.00', phases: 1, imaxA: 60 },
  },
  '/bulk-jobs/dry-run': {
    choice: { kind: 'ROOMS', codes: ['N-1*'] },
    direction: 'CUT',
    utility: 'ELECTRICITY',
  },
  '/bulk-jobs': {
    choice: { kind: 'POINTS', codes: ['P-101', 'P-102'] },
    direction: 'CUT',
    utility: 'ELECTRICITY',
    reason: 'works',
    confirmed: 2,
  },
  '/alarms/1/shelve': { reason: 'WORKS', until: '2025-09-10T13:00:00+08:00' },
  '/alarms/1/reset': { note: 'inspected' },
};

const odd = fc.oneof(
  fc.constantFrom<unknown>(
    '',
    '\u0000',
    '\ud800',
    'a\udfffb',
    '1e400',
    '-0',
    'NaN',
    '９９９',
    '5.0000000000000000000000001',
    'ä'.repeat(500),
    2 ** 53,
    -1,
    1e308,
    0.1 + 0.2,
    null,
    true,
    [],
    {},
    { __proto__: null, toString: 1 },
    "'; drop table account; --",
    '2025-02-30T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.double(),
  fc.bigInt().map(String),
  fc.jsonValue({ maxDepth: 3 }),
);

type Json = { [key: string]: unknown };

/** A valid body with one to three fields replaced, added or taken away, at any depth. */
function mutated(body: object): fc.Arbitrary<unknown> {
  return fc
    .array(fc.tuple(fc.nat(), fc.constantFrom('set', 'drop', 'add'), odd, fc.string({ maxLength: 12 })), {
      minLength: 1,
      maxLength: 3,
    })
    .map((changes) => {
      const copy = structuredClone(body) as Json;
      for (const [pick, kind, value, name] of changes) {
        const places = objectsIn(copy);
        const place = places[pick % places.length]!;
        const keys = Object.keys(place);
        const at = keys[pick % Math.max(1, keys.length)] ?? 'x';
        if (kind === 'drop') delete place[at];
        // A later change may write into it, and the generator hands the same object out again.
        else place[kind === 'add' ? name : at] = structuredClone(value);
      }
      return copy;
    });
}

function objectsIn(value: Json): Json[] {
  return [
    value,
    ...Object.values(value).flatMap((inner) =>
      typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? objectsIn(inner as Json) : [],
    ),
  ];
}

describe('no body makes the server stumble', () => {
  it.each(Object.entries(WRITES))(
    '%s answers every mutation of a good body below 500, and says why',
    async (path, body) => {
      await fc.assert(
        fc.asyncProperty(mutated(body), async (value) => {
          const text = JSON.stringify(value);
          await checkAnswer(await post(path, text), text.slice(0, 300));
        }),
        { numRuns: RUNS },
      );
    },
  );

  it('any bytes at all are answered below 500 on every writing call', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.keys(WRITES), '/import', '/gateways/G-N/credentials', '/nowhere'),
        fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.json({ maxDepth: 6 })),
        fc.constantFrom('application/json', 'text/plain', 'application/x-www-form-urlencoded', ''),
        async (path, body, type) => {
          await checkAnswer(
            await post(path, body, { 'Content-Type': type }),
            `${path} ${type} ${body.slice(0, 200)}`,
          );
        },
      ),
      { numRuns: RUNS },
    );
  });

  it('import rows with odd values are refused by name, and nothing is applied', async () => {
    const before = await counts();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('spaces', 'meterPoints', 'meters', 'accounts', 'users', 'tariffs', 'gateways'),
        fc.nat(),
        fc.string({ minLength: 1, maxLength: 12 }),
        odd,
        async (section, pick, field, value) => {
          const document = structuredClone(testCampusDocument) as unknown as Record<string, Json[]>;
          const row = document[section]![pick % document[section]!.length]!;
          const keys = Object.keys(row);
          row[pick % 3 === 0 ? field : keys[pick % keys.length]!] = value;
          const text = JSON.stringify(document);
          await checkAnswer(await post('/import?dryRun=1', text), JSON.stringify(row));
        },
      ),
      { numRuns: Math.ceil(RUNS / 3) },
    );
    expect(await counts()).toEqual(before);
  });

  it('query parameters and cursors of any kind are answered below 500', async () => {
    const paths = [
      '/accounts/A-101/charges',
      '/accounts/A-101/ledger',
      '/alarms',
      '/quarantine',
      '/meters/M-101/readings',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.dictionary(
          fc.constantFrom('cursor', 'limit', 'from', 'to', 'every', 'open', 'priority', 'rule', 'meter', 'x'),
          fc.oneof(
            fc.string({ unit: 'binary', maxLength: 30 }),
            fc.jsonValue().map((v) => Buffer.from(JSON.stringify(v)).toString('base64url')),
            fc.constantFrom(
              '0',
              '-1',
              '1e9',
              '2025-09-10T00:00:00Z',
              '2025-13-10T00:00:00Z',
              '15m',
              '1d',
              '\u0000',
            ),
          ),
        ),
        async (path, query) => {
          const url = `${test.url}/api/v1${path}?${new URLSearchParams(Object.entries(query).map(([k, v]) => [k, wellFormed(v)]))}`;
          await checkAnswer(await fetch(url, { headers: { Authorization: `Bearer ${key}` } }), url);
        },
      ),
      { numRuns: RUNS },
    );
  });

  it.each([
    '/accounts/%00',
    '/accounts/%ff%fe',
    '/accounts/..%2f..%2fetc',
    '/meter-points/%F0%9F%92%A9',
    '//accounts/A-101',
    '/accounts/A-101/charges?cursor=%00',
  ])('the address %s is answered below 500', async (path) => {
    const response = await fetch(`${test.url}/api/v1${path}`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    await checkAnswer(response, path);
  });

  it('a body beyond the limit ends with 413 while it still arrives, with and without its length', async () => {
    const tooLong = await post('/accounts/A-101/top-ups', 'x'.repeat(70_000)).catch(() => null);
    if (tooLong) expect(tooLong.status).toBe(413);
    const answer = await rawChunks(
      `POST /api/v1/accounts/A-101/top-ups HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${key}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n`,
      `4000\r\n${'y'.repeat(0x4000)}\r\n`,
      40,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
  });

  it('nesting without end is refused, not followed', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const response = await post('/accounts/A-101/top-ups', deep);
    expect(response.status).toBe(422);
    const wide = await post('/import', `{"spaces":${'['.repeat(50_000)}${']'.repeat(50_000)}}`);
    expect(wide.status).toBe(422);
  });

  it('the fuzzing reached both sides: bodies were accepted, and bodies were refused by rule', () => {
    const count = (from: number, to: number) =>
      [...seen].reduce((sum, [status, n]) => (status >= from && status < to ? sum + n : sum), 0);
    expect(count(200, 300)).toBeGreaterThan(0);
    expect(seen.get(422) ?? 0).toBeGreaterThan(RUNS);
  });
});

/** A browser can't put half a surrogate pair into an address. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

async function counts(): Promise<unknown> {
  const { rows } = await test.database.pool.query(
    'select (select count(*) from space)::int as spaces, (select count(*) from meter)::int as meters, (select count(*) from app_user)::int as users',
  );
  return rows[0];
}

/** Sends a head and then chunks until something comes back. */
function rawChunks(head: string, chunk: string, times: number): Promise<string> {
  const { port } = new URL(test.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), '127.0.0.1');
    let heard = '';
    socket.on('data', (data) => {
      heard += data.toString();
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', (error) => (heard === '' ? reject(error) : resolve(heard)));
    socket.write(head);
    for (let sent = 0; sent < times; sent++) socket.write(chunk);
  });
}
