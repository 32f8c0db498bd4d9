import { silentLog } from '../../engine/context';
import { ingestReadings } from '../../engine/ingestReadings';
import { says } from '../../engine/testing/harness';
import type { TestServer } from './startTestServer';
import { testCampusDocument } from './testCampus';

/** Lets a meter report registers at times of the test's day, through the engine, as if they had come in live. */
export async function reportReadings(
  test: Pick<TestServer, 'database' | 'clock'>,
  meterCode: string,
  values: readonly (readonly [time: string, register: string])[],
  { powerW, relay }: { powerW?: number; relay?: 0 | 1 } = {},
): Promise<void> {
  const gateway = testCampusDocument.meters.find(({ code }) => code === meterCode)?.gateway;
  for (const [time, register] of values) {
    const tsMs = Date.parse(`2025-09-10T${time}:00+08:00`);
    const said = says(testCampusDocument.campus, meterCode, tsMs, register, {
      voltageV: 230,
      ...(powerW === undefined ? {} : { powerW, currentA: powerW / 230 }),
      ...(relay === undefined ? {} : { relay }),
      ...(gateway ? { gateway } : {}),
    });
    await ingestReadings(test.database, { clock: { now: () => tsMs }, log: silentLog }, [said]);
  }
}
