import { withTransaction } from '../../../db/client';
import { type AssigneeRow, listAssignees } from '../../../db/queries/assignees';
import { invalid } from '../../../domain/errors';
import { giveAlarm } from '../../../engine/giveAlarm';
import type { Caller } from '../../auth/caller';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { alarmFor } from './actOnAlarm';

/** Somebody to whom an alarm may be given, as a screen shows them. */
export type Assignee = Omit<AssigneeRow, 'userId'> & { readonly mine: boolean };

/** To whom an alarm may be given: whose role answers alarms at its place, the nearest of those on duty first. @throws `alarmFor`'s */
export async function readAssignees(
  deps: ReadDeps,
  caller: Caller,
  input: { alarmId: number },
): Promise<Assignee[]> {
  const found = await assigneesOf(deps, caller, input.alarmId);
  return found.people.map(({ userId, ...person }) => ({ ...person, mine: userId === caller.user?.id }));
}

/**
 * Gives an alarm to somebody whose role answers alarms at its place.
 * @throws DomainError `invalid` `NOT_ANSWERING` at /to; `conflict` `NOT_NOW` for an alarm that is over; `alarmFor`'s
 */
export async function assignAlarm(
  deps: ServiceDeps,
  caller: Caller,
  { alarmId, to }: { alarmId: number; to: string },
): Promise<void> {
  const { alarm, people } = await assigneesOf(deps, caller, alarmId);
  const person = people.find(({ code }) => code === to);
  if (!person) throw invalid('/to', 'NOT_ANSWERING', `${to} answers no alarms there.`);
  await withTransaction(deps.database, async (tx) => {
    const assignment = { alarmId, campusId: alarm.campusId, to: person, actor: caller.actor };
    if (await giveAlarm(tx, deps.engine.clock.now(), assignment))
      auditAct(tx, deps, caller, { action: 'ALARM_ASSIGN', target: `alarm:${alarmId}`, after: { to } });
  });
}

async function assigneesOf(deps: ReadDeps, caller: Caller, alarmId: number) {
  const alarm = await alarmFor(deps, caller, 'ASSIGN_ALARM', alarmId);
  const nowMs = deps.engine.clock.now();
  const people = await listAssignees(deps.reader, alarm.campusId, alarm.spacePath ?? [], nowMs);
  return { alarm, people };
}
