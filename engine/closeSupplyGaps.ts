import { type Database, withTransaction } from '../db/client';
import {
  accountsNewToArrears,
  darkLifeSafety,
  overAlarms,
  type SupplyAlarm,
  type SupplyGap,
  supplyGaps,
} from '../db/queries/supplyGaps';
import { applyAlarmSignal } from './applyAlarmEvent';
import type { EngineContext } from './context';
import { oneByOne } from './oneByOne';
import { currentRegistry } from './registry';
import { RETRY_REFUSED_MS, SupplyDesk } from './supplyDesk';
import { lookAtAccount } from './sweepPolicies';

/** A dark point is told of once it has been so for this long: a reading may be on its way that explains it. */
const STANDING_MS = 60_000;

/**
 * The net under all switching (invariant I8: measured supply is the wanted one, or something under way says why not). Where
 * nothing does, the reconciler gets a new attempt; a point that went dark on its own is not closed unattended but told of, and one
 * of life safety at once, whatever the reason. Alarms that telemetry has answered since end. A point that was cut for one
 * account's credit is put before the account that pays now.
 */
export async function closeSupplyGaps(
  database: Database,
  ctx: EngineContext,
): Promise<{ attempts: number; told: number }> {
  const now = ctx.clock.now();
  let attempts = 0;
  let told = 0;
  const limits = { nowMs: now, refusedSinceMs: now - RETRY_REFUSED_MS, standingMs: now - STANDING_MS };
  const found = [
    ...(await accountsNewToArrears(database.pool, now)).map((accountId) => ({ accountId })),
    ...(await supplyGaps(database.pool, limits)).map((gap) => ({ gap })),
    ...(await darkLifeSafety(database.pool)).map((danger) => ({ danger })),
    ...(await overAlarms(database.pool)).map((over) => ({ over })),
  ];
  await oneByOne(found, ctx.log, 'closing a gap of supply', async (one) => {
    if ('accountId' in one) await lookAtAccount(database, ctx, one.accountId, { termsChanged: true });
    else if ('danger' in one) {
      await tell(database, ctx, one.danger, 'LIFE_SAFETY_DARK', 'RAISE');
      told++;
    } else if ('over' in one) await tell(database, ctx, one.over, one.over.rule, 'RETURN');
    else if (one.gap.wantsOff || one.gap.restoreDue) {
      await planAttempt(database, ctx, one.gap.pointId);
      attempts++;
    } else {
      await tell(database, ctx, one.gap, 'SUPPLY_UNEXPLAINED', 'RAISE');
      told++;
    }
  });
  return { attempts, told };
}

/** The attempt itself is the reconciler's, with reasons and interlocks read anew. */
async function planAttempt(database: Database, ctx: EngineContext, pointId: number): Promise<void> {
  await withTransaction(database, async (tx) => {
    const desk = new SupplyDesk(tx, ctx, await currentRegistry(database, tx));
    await desk.open([pointId]);
    if (desk.liveSwitch(pointId) === null) desk.touch(pointId).retryDueMs ??= desk.now;
    await desk.flush();
  });
}

async function tell(
  database: Database,
  ctx: EngineContext,
  point: Pick<SupplyGap, 'pointId' | 'campusId' | 'spaceId'>,
  rule: SupplyAlarm,
  kind: 'RAISE' | 'RETURN',
): Promise<void> {
  await withTransaction(database, async (tx) => {
    const now = ctx.clock.now();
    await applyAlarmSignal(tx, now, {
      rule,
      subject: { campusId: point.campusId, type: 'POINT', id: point.pointId, spaceId: point.spaceId },
      kind,
      atMs: now,
    });
  });
}
