import { afterAll, beforeAll, expect, it } from 'vitest';
import { insertQuarantine, type QuarantineEntry } from '../../db/queries/quarantine';
import { reportReadings } from '../testing/reportReadings';
import type { TestServer } from '../testing/startTestServer';
import { callsAs, startReadServer } from '../testing/trpcCalls';

let test: TestServer;
beforeAll(async () => {
  test = await startReadServer();
}, 120_000);
afterAll(() => test.stop());

const entries = async (code: string) => (await callsAs(test, code)).admin.quarantine({ reason: 'CONFLICT' });

it('what the meter of a room said is told in the quarantine to those alone who see rooms live, and that it came to all', async () => {
  await reportReadings(test, 'M-101', [['11:59', '31.250']], { relay: 1 });
  for (const code of ['energy', 'maintainer']) {
    const [entry] = await entries(code);
    expect(entry, code).toMatchObject({ meterCode: 'M-101', withheld: false });
    expect(entry!.payload).toContain('31.25');
    expect(entry!.detail).toContain('31250000');
  }
  for (const code of ['auditor', 'admin']) {
    const rows = await entries(code);
    expect(rows[0], code).toMatchObject({
      ...{ meterCode: 'M-101', reason: 'CONFLICT', count: 1 },
      ...{ withheld: true, payload: null, detail: null },
    });
    expect(JSON.stringify(rows)).not.toMatch(/31\.?25/);
  }
});

it('a message that may tell of rooms is kept from who may not see them, whatever meter it names', async () => {
  const { rows } = await test.database.pool.query<{
    campusId: number;
    meterCode: string;
    gatewayCode: string;
  }>(
    `select g.campus_id as "campusId", m.code as "meterCode", g.code as "gatewayCode" from meter m
       join gateway g on g.id = m.gateway_id where m.code = 'M-101'`,
  );
  const { campusId, gatewayCode } = rows[0]!;
  const whole: QuarantineEntry = {
    ...{ campusId, meterId: null, meterCode: null, gatewayCode, topic: 'em/v1/N/gw/up/data', tsMs: null },
    ...{ rxMs: Date.now(), reason: 'BATCH_BAD', field: null, detail: 'no JSON' },
    payload: `{"r":[{"m":"M-101","ea":"44.125"},{"m":"ELSEWHERE","ea":"x"}]}`,
  };
  await insertQuarantine(test.database.pool, [
    whole,
    { ...whole, meterCode: 'ELSEWHERE', field: '/r/1/ea' },
    { ...whole, gatewayCode: null, topic: 'tele/shared' },
  ]);
  const told = async (code: string) => (await callsAs(test, code)).admin.quarantine({ reason: 'BATCH_BAD' });
  for (const code of ['energy', 'maintainer'])
    expect(
      (await told(code)).map(({ payload }) => payload !== null),
      code,
    ).toEqual([true, true, true]);
  for (const code of ['auditor', 'admin']) {
    const entries = await told(code);
    expect(
      entries.map(({ withheld, payload }) => [withheld, payload]),
      code,
    ).toEqual(Array.from({ length: 3 }, () => [true, null]));
    expect(entries.map(({ detail }) => detail)).toEqual(['no JSON', 'no JSON', 'no JSON']);
  }
});
