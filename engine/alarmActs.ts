import { type Database, withTransaction } from '../db/client';
import { alarmsDue } from '../db/queries/alarmRows';
import type { AlarmEvent } from '../domain/alarms/alarmMachine';
import { invalid } from '../domain/errors';
import { applyAlarmAct, escalateAlarm } from './applyAlarmEvent';
import type { EngineContext } from './context';

interface Act {
  readonly campusId: number;
  readonly alarmId: number;
  /** Name or id of who acts, as screens show it. */
  readonly actor: string;
}

const SHELVE_REASONS = ['KNOWN_FAULT', 'WORKS', 'NUISANCE', 'TESTING', 'OTHER'] as const;
export type ShelveReason = (typeof SHELVE_REASONS)[number];

function act(
  database: Database,
  ctx: EngineContext,
  { campusId, alarmId, actor }: Act,
  event: AlarmEvent,
  detail?: Record<string, unknown>,
) {
  return withTransaction(database, (tx) =>
    applyAlarmAct(tx, ctx.clock.now(), { campusId, alarmId, actor, event, ...(detail ? { detail } : {}) }),
  );
}

/** Somebody has seen it. It silences, it does not clear. */
export function acknowledgeAlarm(database: Database, ctx: EngineContext, request: Act): Promise<void> {
  return act(database, ctx, request, { kind: 'ACKNOWLEDGE', at: ctx.clock.now() });
}

/**
 * Silences an alarm until a time, with a reason (P1 at most 15 min, others 8 h).
 * @throws DomainError invalid for a missing reason or too long a time
 */
export function shelveAlarm(
  database: Database,
  ctx: EngineContext,
  request: Act & { reason: ShelveReason; note?: string; untilMs: number },
): Promise<void> {
  if (!SHELVE_REASONS.includes(request.reason))
    throw invalid('/reason', 'REASON', `The reason must be one of ${SHELVE_REASONS.join(', ')}.`);
  if (request.reason === 'OTHER' && !request.note?.trim())
    throw invalid('/note', 'NOTE', 'The reason OTHER needs a text.');
  const reason = request.note?.trim() ? `${request.reason}: ${request.note.trim()}` : request.reason;
  return act(
    database,
    ctx,
    request,
    { kind: 'SHELVE', at: ctx.clock.now(), until: request.untilMs },
    { reason },
  );
}

export function unshelveAlarm(database: Database, ctx: EngineContext, request: Act): Promise<void> {
  return act(database, ctx, request, { kind: 'UNSHELVE', at: ctx.clock.now() });
}

/** Ends a latched alarm after inspection; the note says what was found. */
export function resetAlarm(
  database: Database,
  ctx: EngineContext,
  request: Act & { note: string },
): Promise<void> {
  return act(
    database,
    ctx,
    request,
    { kind: 'RESET', at: ctx.clock.now(), note: request.note },
    { note: request.note },
  );
}

/** Ends of shelving and steps of escalation that are due. */
export async function sweepAlarms(database: Database, ctx: EngineContext): Promise<{ swept: number }> {
  const now = ctx.clock.now();
  const due = await alarmsDue(database.pool, now);
  for (const alarm of due) {
    await withTransaction(database, async (tx) => {
      if (alarm.shelvedUntilMs !== null && alarm.shelvedUntilMs <= now)
        await applyAlarmAct(tx, now, {
          alarmId: alarm.id,
          campusId: alarm.campusId,
          actor: 'engine',
          event: { kind: 'SHELVE_EXPIRED', at: now },
        });
      if (alarm.escalateDueMs !== null && alarm.escalateDueMs <= now) await escalateAlarm(tx, now, alarm.id);
    });
  }
  return { swept: due.length };
}
