import { silentLog } from '../../engine/context';
import { ingestReadings } from '../../engine/ingestReadings';
import type { TestServer } from './startTestServer';
import { testCampusDocument } from './testCampus';

/** Lets a meter report registers at times of the test's day, through the engine, as if they had come in live. */
export async function reportReadings(
  test: Pick<TestServer, 'database' | 'clock'>,
  meterCode: string,
  values: readonly (readonly [time: string, register: string])[],
  more: { powerW?: number; relay?: 0 | 1 } = {},
): Promise<void> {
  for (const [time, register] of values) {
    const tsMs = Date.parse(`2025-09-10T${time}:00+08:00`);
    await ingestReadings(test.database, { clock: { now: () => tsMs }, log: silentLog }, [
      {
        site: testCampusDocument.campus.code,
        gatewayCode: testCampusDocument.meters.find((m) => m.code === meterCode)?.gateway ?? null,
        rxMs: tsMs,
        reading: {
          meterCode,
          tsMs,
          boot: null,
          seq: null,
          registers: { EA: register },
          powerW: more.powerW ?? null,
          voltageV: 230,
          currentA: more.powerW === undefined ? null : more.powerW / 230,
          pf: null,
          relay: more.relay ?? null,
          valve: null,
          extra: null,
          epochMark: null,
        },
      },
    ]);
  }
}
