import type { Tx } from '../db/client';
import { type DutyPerson, dutyAt, dutyPeople, reachableAmong, staffInScope } from '../db/queries/dutyRoster';
import { type DutyLevel, dutyCall } from '../domain/alarms/dutyRoster';
import type { EscalationTarget } from '../domain/alarms/escalation';

/** Who is told of an alarm, in order. */
export interface Told {
  readonly people: readonly DutyPerson[];
  /** Told besides, because nothing can be sent to any of those: all in scope who have a contact. */
  readonly instead: readonly DutyPerson[];
  /** Level of the roster that they fill; null: nobody is on it, these are all in scope. */
  readonly level: DutyLevel | null;
  /** Ids of places from the root to the alarm's; empty: it has none. */
  readonly path: readonly number[];
}

/**
 * People who are told of an alarm at a place at a step of the ladder: by the roster, or all in scope where it names nobody, or nobody
 * to whom anything can be sent.
 */
export async function peopleToTell(
  tx: Tx,
  alarm: { readonly campusId: number; readonly spaceId: number | null },
  target: EscalationTarget,
  atMs: number,
): Promise<Told> {
  const { shifts, path } = await dutyAt(tx.client, alarm.campusId, alarm.spaceId, atMs);
  const call = dutyCall(shifts, target, path, atMs);
  const inScope = () => staffInScope(tx.client, alarm.campusId, path, new Date(atMs));
  if (call.level === null) return { people: await inScope(), instead: [], level: null, path };
  const people = await dutyPeople(tx.client, call.userIds);
  if ((await reachableAmong(tx.client, people)).length > 0)
    return { people, instead: [], level: call.level, path };
  return { people, instead: await reachableAmong(tx.client, await inScope()), level: call.level, path };
}
