import { withTransaction } from '../../../db/client';
import { insertAlarmEvent, lockAlarm } from '../../../db/queries/alarmRows';
import { livesAtAlarm } from '../../../db/queries/livesAtAlarm';
import { type AlarmVerdict, needsNote } from '../../../domain/alarms/alarmVerdict';
import { DomainError, invalid } from '../../../domain/errors';
import { acknowledgeUpheld, tellAppealDecided } from '../../../engine/appealLoad';
import { announce } from '../../../engine/applyAlarmEvent';
import { refuteTrip } from '../../../engine/refuteTrip';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ServiceDeps } from '../deps';
import { alarmFor } from './actOnAlarm';

/**
 * An operator says whether an alarm was right, while it stands or afterwards. Every verdict stays in the alarm's history; the
 * newest counts. It changes nothing about the alarm itself, but that an appeal which it upholds acknowledges it; a trip for a
 * forbidden load that was none is the resident's to end, so nobody judges where they live; such a one that came again since it was
 * looked at is looked at first: it may be another load.
 * @throws DomainError `invalid` `NOTE_NEEDED` where it was not right and nothing says why; `refused` `OWN_ALARM`; `conflict`
 * `ALARM_CAME_AGAIN`; `forbidden`, `notFound`
 */
export async function judgeAlarm(
  deps: ServiceDeps,
  caller: Caller,
  input: {
    readonly alarmId: number;
    readonly verdict: AlarmVerdict;
    readonly note?: string;
    /** How often the alarm had come when they looked at it; asked of forbidden loads. */
    readonly seenCount: number;
  },
): Promise<void> {
  const alarm = await alarmFor(deps, caller, 'JUDGE_ALARM', input.alarmId);
  const note = input.note?.trim() ?? '';
  if (needsNote(input.verdict) && note === '')
    throw invalid('/note', 'NOTE_NEEDED', 'A verdict that the alarm was not right says why.');
  const detail = { verdict: input.verdict, ...(note === '' ? {} : { note }) };
  await withTransaction(deps.database, async (tx) => {
    if (await livesAtAlarm(tx, caller.actor, alarm.id))
      throw new DomainError('refused', 'OWN_ALARM', 'Who lives where an alarm stands does not judge it.');
    if (alarm.rule === 'FORBIDDEN_LOAD' && alarm.pointCode !== null)
      await refuteTrip(
        deps.database,
        tx,
        deps.engine,
        { id: alarm.id, campusId: alarm.campusId, pointCode: alarm.pointCode },
        input.verdict,
      );
    // Of other rules a verdict gives nothing back, and some count a hit with every message: nobody could judge them.
    if (alarm.rule === 'FORBIDDEN_LOAD' && (await lockAlarm(tx.client, alarm.id))?.count !== input.seenCount)
      throw new DomainError('conflict', 'ALARM_CAME_AGAIN', 'The alarm came again since it was looked at.');
    await insertAlarmEvent(tx.client, {
      alarmId: alarm.id,
      atMs: deps.engine.clock.now(),
      event: 'VERDICT',
      actor: caller.actor,
      detail,
    });
    const atMs = deps.engine.clock.now();
    if (alarm.rule === 'FORBIDDEN_LOAD' && (await tellAppealDecided(tx, alarm, input.verdict, atMs)))
      await acknowledgeUpheld(tx, alarm, caller.actor, atMs);
    await announce(tx, alarm.id);
    auditAct(tx, deps, caller, { action: 'ALARM_JUDGED', target: `alarm:${alarm.id}`, after: detail });
  });
}
