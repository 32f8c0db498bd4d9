import { scopedSource } from '../../db/scopedSource';
import { createTestDatabase, type TestDatabase } from '../../db/testing/createTestDatabase';
import { FixedClock } from '../../domain/time/clock';
import { type EngineContext, silentLog } from '../../engine/context';
import { importCampus } from '../../engine/importCampus';
import { ingestReadings } from '../../engine/ingestReadings';
import { type MoreSaid, says } from '../../engine/testing/harness';
import type { Caller } from '../auth/caller';
import type { ServiceDeps } from '../services/deps';
import { callerOf } from './callerOf';
import { TEST_NOW_MS } from './startTestServer';
import { testCampusDocument } from './testCampus';

/** The test campus in a database of its own, as services see it: people who call them, and a clock that the test moves. */
export class ServiceCampus {
  readonly clock = new FixedClock(TEST_NOW_MS);
  readonly ctx: EngineContext = { clock: this.clock, log: silentLog };

  protected constructor(readonly database: TestDatabase) {}

  static async start(): Promise<ServiceCampus> {
    const campus = new ServiceCampus(await createTestDatabase());
    await campus.add(testCampusDocument);
    return campus;
  }

  /** Imports a document; throws where it says anything wrong. */
  async add(document: unknown): Promise<void> {
    const { rows } = await importCampus(this.database, this.ctx, document, { actor: 'test' });
    const errors = rows.flatMap((row) => row.errors);
    if (errors.length > 0) throw new Error(JSON.stringify(errors.slice(0, 3)));
  }

  /** Who a stored user would be, signed in now. */
  caller(code: string): Promise<Caller> {
    return callerOf(this.database, code, this.clock.now());
  }

  /** What services are given for a caller. */
  deps(caller: Caller): ServiceDeps {
    return {
      database: this.database,
      reader: scopedSource(this.database, caller.reach),
      engine: this.ctx,
    };
  }

  /** A caller, and what services are given for them. */
  async as(code: string): Promise<{ caller: Caller; deps: ServiceDeps }> {
    const caller = await this.caller(code);
    return { caller, deps: this.deps(caller) };
  }

  /** A reading of a meter that comes now. */
  async measure(meterCode: string, register: string, more: MoreSaid = {}): Promise<void> {
    const gateway = testCampusDocument.meters.find(({ code }) => code === meterCode)?.gateway;
    const said = says(testCampusDocument.campus, meterCode, this.clock.now(), register, {
      ...(gateway ? { gateway } : {}),
      ...more,
    });
    await ingestReadings(this.database, this.ctx, [said]);
  }
}
