import { afterAll, beforeAll, expect, it } from 'vitest';
import { inspectionPage } from '../../../contracts/restMeters';
import { withTransaction } from '../../../db/client';
import { insertInspections } from '../../../db/queries/inspections';
import { checkOf, found, overallResult } from '../../../domain/inspection/deviceCheck';
import { silentLog } from '../../../engine/context';
import { importCampus } from '../../../engine/importCampus';
import { startTestServer, type TestServer } from '../../testing/startTestServer';
import { testCampusDocument } from '../../testing/testCampus';
import { callsAs, refusal } from '../../testing/trpcCalls';

const DAY_MS = 86_400_000;
/** The day that the last night judged ended here. */
const MIDNIGHT_MS = Date.parse('2025-09-10T00:00:00+08:00');
const AWAY = found('GATEWAY_AWAY', { percent: 91.2, absences: 3 });
const PRESENT = found('GATEWAY_PRESENT', { percent: 100 });

let test: TestServer;
beforeAll(async () => {
  test = await startTestServer();
  const { database, clock, campusId } = test;
  const electrician = { code: 'maintainer-s', name: 'South', roles: [{ role: 'MAINTAINER', scope: 'S' }] };
  await importCampus(
    database,
    { clock, log: silentLog },
    { campus: testCampusDocument.campus, users: [electrician] },
    { actor: 'test' },
  );
  const { rows } = await database.pool.query<{ id: number }>("select id from gateway where code = 'G-S'");
  await withTransaction(database, ({ client }) =>
    insertInspections(
      client,
      [PRESENT, AWAY].map((finding, night) => {
        const toMs = MIDNIGHT_MS - (1 - night) * DAY_MS;
        const checks = [checkOf('COMMS', finding)];
        return {
          ...{ campusId, kind: 'GATEWAY' as const, id: rows[0]!.id, pointId: null, atMs: toMs + 600_000 },
          ...{
            fromMs: toMs - DAY_MS,
            toMs,
            day: `2025-09-0${8 + night}`,
            result: overallResult(checks),
            checks,
          },
          ...{ standing: [], sensors: {}, askedBy: null },
        };
      }),
    ),
  );
});
afterAll(() => test?.stop());

it('whoever sees the health of the campus reads what the nights of a gateway found', async () => {
  for (const who of ['admin', 'maintainer', 'energy', 'auditor']) {
    const call = await callsAs(test, who);
    const { newest, nights, mayInspect } = await call.meters.gatewayInspections({ code: 'G-S' });
    expect(newest?.checks, who).toMatchObject([{ code: 'COMMS', result: 'FAIL', findings: [AWAY] }]);
    expect(nights.slice(-2).map(({ result }) => result)).toEqual(['PASS', 'FAIL']);
    expect(mayInspect).toBe(false);
  }
  const { gateways } = await (await callsAs(test, 'admin')).admin.health();
  expect(gateways).toMatchObject([
    { code: 'G-N', inspection: null },
    { code: 'G-S', inspection: 'FAIL' },
  ]);
});

it('nobody else does: not the head of a department, and of a single building not even its own gateway', async () => {
  const ask = async (who: string, code: string) =>
    (await refusal((await callsAs(test, who)).meters.gatewayInspections({ code }))).code;
  for (const who of ['head', 'student', 'warden-n', 'security-n', 'finance'])
    expect(await ask(who, 'G-S'), who).toBe('FORBIDDEN');
  expect(await ask('maintainer-s', 'G-N')).toBe('NOT_FOUND');
  expect(await ask('maintainer-s', 'G-S')).toBe('NOT_FOUND');
  expect(await ask('admin', 'G-Z')).toBe('NOT_FOUND');
  const { gateways } = await (await callsAs(test, 'maintainer-s')).admin.health();
  expect(gateways).toMatchObject([{ code: 'G-S', inspection: null }]);
});

it('REST gives them page by page to keys of the whole campus that may read', async () => {
  const get = async (key: string, query = '') => {
    const response = await fetch(`${test.url}/api/v1/gateways/G-S/inspections${query}`, {
      headers: { Authorization: `Bearer ${key}` },
    });
    return { status: response.status, body: (await response.json()) as unknown };
  };
  const key = await test.key(['read']);
  const first = inspectionPage.parse((await get(key, '?limit=1')).body);
  expect(first.items).toMatchObject([{ day: '2025-09-09', result: 'FAIL', asked: false }]);
  const next = inspectionPage.parse((await get(key, `?limit=1&cursor=${first.nextCursor}`)).body);
  expect(next.items).toMatchObject([{ day: '2025-09-08', result: 'PASS' }]);
  expect((await get(await test.key(['read'], 'S'))).status).toBe(404);
  expect((await get(await test.key(['vend']))).status).toBe(403);
});
