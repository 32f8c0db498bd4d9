import { afterAll, beforeAll, expect, it } from 'vitest';
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
