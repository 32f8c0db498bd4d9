import { type Database, withTransaction } from '../db/client';
import {
  dropChange,
  insertLimitChange,
  type LimitToFollow,
  limitsToFollow,
  limitToFollow,
} from '../db/queries/limitChanges';
import type { EngineContext } from './context';
import { oneByOne } from './oneByOne';
import { currentRegistry } from './registry';
import { loadLimitAt } from './streamRules';
import { SupplyDesk } from './supplyDesk';

/** A meter that did not carry it out, or was away, is asked again after this long. */
const AGAIN_MS = 15 * 60_000;

/**
 * A resident's own limit follows who lives there and what is fitted: after the move-out of who set it the meter is asked to hold the cap
 * of staff again, and a meter that was put in place of another is asked for the own limit. Both hold once they are proven, as ever. Run
 * it every few seconds.
 * @returns how many meters were asked
 */
export async function followLimits(database: Database, ctx: EngineContext): Promise<number> {
  let asked = 0;
  const nowMs = ctx.clock.now();
  const found = await limitsToFollow(database.pool, nowMs, nowMs - AGAIN_MS);
  await oneByOne(found, ctx.log, 'own limits', async (id) => {
    if (await follow(database, ctx, id)) asked++;
  });
  return asked;
}

async function follow(database: Database, ctx: EngineContext, id: number): Promise<boolean> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const pointId = (await limitToFollow(tx.client, id, ctx.clock.now()))?.pointId;
    if (pointId === undefined) return false;
    const desk = new SupplyDesk(tx, ctx, registry);
    await desk.open([pointId]);
    // The point is locked: what stands now stands until the end.
    const limit = await limitToFollow(tx.client, id, desk.now);
    const point = registry.points.get(pointId);
    if (!limit || !point) return false;
    const cap = loadLimitAt(registry, point);
    if (!limit.lives && (!limit.fitted || cap === null)) {
      await dropChange(tx.client, id, desk.now);
      return false;
    }
    const { meterId, online } = desk.context(pointId);
    const barred = desk.interlockContext(pointId, null).protection === 'LIFE_SAFETY' && limit.lives;
    const busy = desk.liveCommands(pointId).some(({ op }) => op === 'set_limit');
    if (cap === null || meterId === null || online === false || barred || busy) return false;
    await ask(desk, limit, Math.floor(cap.capW));
    await desk.flush();
    return true;
  });
}

async function ask(desk: SupplyDesk, limit: LimitToFollow, capW: number): Promise<void> {
  const { pointId, toW, lives } = limit;
  const commandId = await desk.queueOther(
    pointId,
    'set_limit',
    { w: lives ? Math.min(toW, capW) : capW },
    {
      ...{ origin: 'AUTOMATIC', actorId: null, actor: 'engine' },
      ...{ why: 'own_limit', cause: 'LIMIT' },
    },
  );
  await insertLimitChange(desk.tx.client, {
    ...{ campusId: limit.campusId, pointId, commandId, capW, askedMs: desk.now },
    ...(lives
      ? { byResident: true, actor: limit.actor, reason: limit.reason, fromW: null, toW }
      : { byResident: false, actor: 'engine', reason: null, fromW: limit.fitted ? toW : null, toW: null }),
  });
}
