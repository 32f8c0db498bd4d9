import { withTransaction } from '../../db/client';
import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import { applyAlarmSignal } from '../../engine/applyAlarmEvent';
import { sweepAlarms } from '../../engine/sweepAlarms';
import type { ServiceCampus } from './serviceCampus';

/** Alarms of a test's campus: what rules tell of them, what time does to them, and what their history holds. */
export class ToldAlarms {
  constructor(
    private readonly campus: ServiceCampus,
    private readonly campusId: number,
  ) {}

  async idOf(table: 'meter_point' | 'meter' | 'gateway', code: string) {
    const space = table === 'meter' ? 'null::int' : 'space_id';
    const { rows } = await this.campus.database.pool.query<{ id: number; spaceId: number | null }>(
      `select id, ${space} as "spaceId" from ${table} where code = $1`,
      [code],
    );
    return rows[0]!;
  }

  /** A rule's word about a point. @returns id of the alarm; null where it tells nothing new */
  async signal(
    kind: 'RAISE' | 'RETURN',
    point: string,
    rule: AlarmRuleCode = 'OVERLOAD',
    atMs: number = this.campus.clock.now(),
  ) {
    const { database, clock } = this.campus;
    const { id, spaceId } = await this.idOf('meter_point', point);
    return withTransaction(database, (tx) =>
      applyAlarmSignal(tx, clock.now(), {
        rule,
        subject: { campusId: this.campusId, type: 'POINT', id, spaceId },
        kind,
        atMs,
      }),
    );
  }

  /** What time alone does: ends, steps of the ladder, shelves that are over. */
  sweep() {
    return sweepAlarms(this.campus.database, this.campus.ctx);
  }

  /** The history of an alarm, oldest first. */
  async eventsOf(id: number) {
    const { rows } = await this.campus.database.pool.query<{
      event: string;
      announced: boolean;
      detail: Record<string, unknown> | null;
    }>('select event, announced, detail from alarm_event where alarm_id = $1 order by id', [id]);
    return rows;
  }
}
