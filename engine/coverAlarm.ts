import { type Database, withTransaction } from '../db/client';
import { DomainError } from '../domain/errors';
import { applyAlarmAct } from './applyAlarmEvent';

/** An alarm that something explains from now on (`by`), or no longer (null). */
export interface Cover {
  readonly id: number;
  readonly campusId: number;
  readonly by: string | null;
}

/** Another alarm explains this one from now on (`by`), or no longer (null): it is evaluated and logged, and nobody is told. */
export async function coverAlarm(
  database: Database,
  now: number,
  { id, campusId, by }: Cover,
): Promise<void> {
  const event =
    by === null ? ({ kind: 'UNSUPPRESS', at: now } as const) : ({ kind: 'SUPPRESS', at: now, by } as const);
  await withTransaction(database, (tx) =>
    applyAlarmAct(tx, now, {
      alarmId: id,
      campusId,
      actor: 'engine',
      event,
      ...(by === null ? {} : { detail: { by } }),
    }),
  ).catch((error: unknown) => {
    // The alarm ended meanwhile, or became a P1.
    if (!(error instanceof DomainError && error.code === 'conflict')) throw error;
  });
}
