import type { Tx } from '../db/client';
import { type DutyPerson, dutyAt, dutyPeople, reachOf, staffInScope } from '../db/queries/dutyRoster';
import { callOn, type DutyLevel, dutyRungs } from '../domain/alarms/dutyRoster';
import type { EscalationTarget } from '../domain/alarms/escalation';
import type { NoticeTopic } from '../domain/notices/noticeTopic';

/** Whom a message looks for. */
export interface Call {
  readonly target: EscalationTarget;
  readonly topic: NoticeTopic;
  /** Different channels that each of them is reached over at least, as far as they have them. */
  readonly channels: number;
  /** Who was told of this alarm since then is passed over; null: nobody is. */
  readonly toldOf: { readonly alarmId: number; readonly sinceMs: number } | null;
}

/** Who is told, in order. */
export interface Told {
  readonly people: readonly DutyPerson[];
  /** On the roster before them, or without a roster in scope beside them, and nothing can be sent to them. */
  readonly missed: readonly DutyPerson[];
  /** Told besides, because nobody on the roster is left whom a message reaches: others in scope. */
  readonly instead: readonly DutyPerson[];
  /** False: nobody is on the roster, so `people` are all in scope whom a message reaches. */
  readonly rostered: boolean;
  /** Level of the roster that `people` fill; null: none. */
  readonly level: DutyLevel | null;
  /** The first level of which somebody was not told before; null: none. */
  readonly tried: DutyLevel | null;
  /** Ids of places from the root to the place; empty: it has none. */
  readonly path: readonly number[];
}

/**
 * People who are told of something at a place: by the roster, at once the next level where nothing reaches those of the asked one or they
 * know already; all others in scope where that leaves nobody. Where nobody new is left at all, the called level is told once more: what
 * nobody answers is never silent.
 */
export async function peopleToTell(
  tx: Tx,
  place: { readonly campusId: number; readonly spaceId: number | null },
  call: Call,
  atMs: number,
): Promise<Told> {
  const { shifts, path } = await dutyAt(tx.client, place.campusId, place.spaceId, atMs);
  const rungs = dutyRungs(shifts, call.target, path, atMs);
  const inScope = () => staffInScope(tx.client, place.campusId, path, new Date(atMs));
  const nobody = { missed: [], instead: [], level: null, tried: null, path };
  if (rungs.length === 0) {
    const all = await inScope();
    const { isReached } = await reachOf(
      tx.client,
      all.map(({ userId }) => userId),
      call,
    );
    const people = all.filter(({ userId }) => isReached(userId));
    const missed = all.filter(({ userId }) => !isReached(userId));
    return { ...nobody, people, missed, rostered: false };
  }
  const onRoster = await dutyPeople(
    tx.client,
    rungs.flatMap(({ userIds }) => userIds),
  );
  const person = new Map(onRoster.map((one) => [one.userId, one]));
  const named = (ids: readonly number[]) => ids.flatMap((id) => person.get(id) ?? []);
  const filled = rungs.map(({ level, userIds }) => ({
    level,
    userIds: userIds.filter((id) => person.has(id)),
  }));
  const { isReached, wasTold } = await reachOf(tx.client, [...person.keys()], call);
  const found = callOn(filled, isReached, wasTold);
  const missed = named(found.missed);
  const { level, tried } = found;
  if (level !== null)
    return { people: named(found.userIds), missed, instead: [], rostered: true, level, tried, path };
  const others = (await inScope()).filter(({ userId }) => !person.has(userId));
  const reach = await reachOf(
    tx.client,
    others.map(({ userId }) => userId),
    call,
  );
  const instead = others.filter(({ userId }) => reach.isReached(userId) && !reach.wasTold(userId));
  if (instead.length > 0) return { people: [], missed, instead, rostered: true, level, tried, path };
  const again = filled.find(({ userIds }) => userIds.some(isReached));
  const people = named(again?.userIds.filter(isReached) ?? []);
  return { people, missed, instead: [], rostered: true, level: again?.level ?? null, tried, path };
}
