import type { Database } from '../../db/client';
import { createTestDatabase } from '../../db/testing/createTestDatabase';
import { applyCommandAck } from '../../engine/applyCommandAck';
import { runBulkJobs } from '../../engine/bulk/runBulkJobs';
import { dispatchCommand, dueCommands } from '../../engine/dispatchCommand';
import { ingestReadings } from '../../engine/ingestReadings';
import { says } from '../../engine/testing/harness';
import { bulkStillAllowed } from '../services/control/bulkStillAllowed';
import { ServiceCampus } from './serviceCampus';
import { TEST_NOW_MS } from './startTestServer';
import { testCampusDocument } from './testCampus';

const SECOND_MS = 1_000;
export const ROOMS = Array.from({ length: 24 }, (_, i) => String(i + 1).padStart(2, '0'));
/** A clinic, and a room that is never cut for credit. */
export const CLINIC = 'P-B-24';
const CREDIT_ROOM = 'P-B-23';

const document = {
  ...testCampusDocument,
  spaces: [
    ...testCampusDocument.spaces,
    { code: 'B', parent: 'TC', kind: 'BUILDING', name: 'B' },
    { code: 'B-1F', parent: 'B', kind: 'FLOOR', name: '1F' },
    ...ROOMS.map((room) => ({ code: `B-${room}`, parent: 'B-1F', kind: 'ROOM', name: room })),
  ],
  gateways: [...testCampusDocument.gateways, { code: 'G-B', space: 'B' }],
  meterPoints: [
    ...testCampusDocument.meterPoints,
    { code: 'F-B', space: 'B', utility: 'ELECTRICITY', role: 'FEEDER', capacityW: 90_000 },
    ...ROOMS.map((room) => ({
      code: `P-B-${room}`,
      space: `B-${room}`,
      utility: 'ELECTRICITY',
      role: 'CUSTOMER',
      feeder: 'F-B',
      limitW: 1500,
      ...(`P-B-${room}` === CLINIC
        ? { protection: 'LIFE_SAFETY', protectionOwner: 'Clinic', protectionPhone: '8120' }
        : {}),
      ...(`P-B-${room}` === CREDIT_ROOM ? { protection: 'CREDIT' } : {}),
    })),
  ],
  meters: [
    ...testCampusDocument.meters,
    {
      code: 'MF-B',
      serial: 'SF-B',
      point: 'F-B',
      gateway: 'G-B',
      phases: 3,
      intervalS: 60,
      installedAt: '2025-09-01',
    },
    ...ROOMS.map((room) => ({
      code: `M-B-${room}`,
      serial: `S-B-${room}`,
      point: `P-B-${room}`,
      gateway: 'G-B',
      intervalS: 60,
      installedAt: '2025-09-01',
    })),
  ],
  persons: [...testCampusDocument.persons, { code: 'EN1', name: 'Energy' }],
  users: [
    ...testCampusDocument.users.map((user) =>
      user.code === 'energy' ? { ...user, name: undefined, person: 'EN1' } : user,
    ),
    { code: 'energy-twin', person: 'EN1', roles: [{ role: 'ENERGY_MANAGER' }] },
    { code: 'security-b', name: 'Security B', roles: [{ role: 'SECURITY', scope: 'B' }] },
    { code: 'maintainer2', name: 'Electrician Two', roles: [{ role: 'MAINTAINER' }] },
  ],
};

/** A building of 24 rooms behind one gateway, whose meters report when a test says so and switch when they are told to. */
export class BulkCampus extends ServiceCampus {
  readonly relays = new Map<string, 0 | 1>(ROOMS.map((room) => [`M-B-${room}`, 1]));
  private register = 10;
  private sinceMs = TEST_NOW_MS;

  static override async start(): Promise<BulkCampus> {
    const campus = new BulkCampus(await createTestDatabase());
    await campus.add(document);
    await campus.report();
    return campus;
  }

  /** All meters at once. */
  async report(): Promise<void> {
    this.register += 0.001;
    await ingestReadings(
      this.database,
      this.ctx,
      [...this.relays].map(([meterCode, relay]) =>
        says(document.campus, meterCode, this.clock.now(), this.register.toFixed(3), {
          gateway: 'G-B',
          powerW: relay === 1 ? 200 : 0,
          voltageV: 230,
          currentA: relay === 1 ? 0.9 : 0,
          relay,
        }),
      ),
    );
  }

  /** One second of the job that sends waves. */
  async tick(): Promise<{ handed: number; ended: number }> {
    this.clock.advance(SECOND_MS);
    return this.round(this.database);
  }

  /** One round of the jobs over connections of one's own. */
  round(database: Database): Promise<{ handed: number; ended: number }> {
    return runBulkJobs(database, this.ctx, (id) => bulkStillAllowed({ database, engine: this.ctx }, id));
  }

  /** Publishes what is due, and lets every meter carry it out. @returns the points that something went out to */
  async obey(): Promise<string[]> {
    const sent: string[] = [];
    for (const command of await dueCommands(this.database, this.ctx, 500)) {
      const outcome = await dispatchCommand(this.database, this.ctx, command.id, async () => undefined);
      if (outcome !== 'SENT') continue;
      sent.push(command.meterCode.replace('M-', 'P-'));
      this.relays.set(command.meterCode, command.op === 'connect' ? 1 : 0);
      await applyCommandAck(this.database, this.ctx, {
        site: 'TC',
        senderCode: 'G-B',
        commandId: command.id,
        meterCode: command.meterCode,
        state: 'done',
        code: '',
        tsMs: this.clock.now(),
        rxMs: this.clock.now(),
        observed: {},
      });
    }
    return sent;
  }

  /** Ticks, sends and reports until nothing is handed out any more, at most `seconds`. */
  async run(seconds: number): Promise<void> {
    for (let i = 0; i < seconds; i++) {
      await this.tick();
      await this.obey();
    }
    this.clock.advance(SECOND_MS);
    await this.report();
    await this.tick();
  }

  /** Every command of the building's rooms: point, operation and state, in the order of their making. */
  async commands(): Promise<
    { point: string; op: string; state: string; createdMs: number; issued: boolean }[]
  > {
    const { rows } = await this.database.pool.query<{
      point: string;
      op: string;
      state: string;
      created: bigint;
      issued: boolean;
    }>(
      `select p.code as point, c.op, c.state, c.created_ms as created, c.issued_ms is not null as issued
         from command c join meter_point p on p.id = c.point_id where c.op <> 'read' and c.created_ms >= $1
        order by c.created_ms, c.id`,
      [this.sinceMs],
    );
    return rows.map(({ created, ...row }) => ({ ...row, createdMs: Number(created) }));
  }

  /** Twenty minutes later: all rooms on, nothing under way, and what went before is not counted any more. */
  async calm(): Promise<void> {
    for (const meter of this.relays.keys()) this.relays.set(meter, 1);
    await this.database.pool.query(`
      update bulk_target set state = 'CANCELLED' where state = 'PLANNED';
      update bulk_job set state = 'DONE', finished_ms = 0 where finished_ms is null;
      update command set state = 'CANCELLED', finished_ms = 0 where finished_ms is null;
      update alarm set active = false, ended_ms = 0 where ended_ms is null;
      update supply_state set reasons = '{}', tags = '[]', retry_due_ms = null, refusal = null, attempts = 0,
        operations_ms = '[]', changed_ms = null, observed = 'CLOSED';`);
    this.clock.advance(20 * 60 * SECOND_MS);
    this.sinceMs = this.clock.now();
    await this.report();
  }
}
