import type { Database } from '../db/client';
import { daysBelowFeeder, feederDays } from '../db/queries/feederDays';
import type { Source } from '../db/queries/scope';
import {
  lossParams,
  type NonTechnicalLossState,
  nonTechnicalLossRule,
  rankSuspects,
  type Suspect,
} from '../domain/detection/nonTechnicalLoss';
import type { CampusZone, LocalDay } from '../domain/time/campusTime';
import { closedSettings } from './closedSettings';
import type { EngineContext } from './context';
import { daysBefore } from './daysBefore';
import { endOff, type Judged, judgeClosed, keepJudged } from './judgeWindows';

const RULE = 'NON_TECHNICAL_LOSS';
const DAYS_BACK = 7;
/** Days over which suspects are compared with the loss, and how many are named. */
const SUSPECT_DAYS = 28;
const NAMED = 5;

/**
 * Judges the feeders' days that have closed since the last run. History stands in the state, so that a day reads one day;
 * only for a feeder that is alarmed are the weeks of its children read.
 */
export async function detectLosses(database: Database, ctx: EngineContext): Promise<{ days: number }> {
  const nowMs = ctx.clock.now();
  const days = await judgeClosed<LocalDay>(database, nowMs, {
    rule: RULE,
    windowsOf: (zone, untilMs, isFirst) => daysBefore(zone, untilMs, isFirst ? SUSPECT_DAYS : DAYS_BACK),
    keyOf: ({ dateKey }) => dateKey,
    judge: ({ id, zone }, day) => judgeDay(database, id, zone, day, nowMs),
  });
  return { days };
}

async function judgeDay(
  database: Database,
  campusId: number,
  zone: CampusZone,
  day: LocalDay,
  nowMs: number,
): Promise<void> {
  const found: Judged = { states: [], signals: [] };
  const settings = await closedSettings(database, RULE);
  for (const row of await feederDays(database.pool, campusId, day.startMs, day.endMs)) {
    const before = (row.state as NonTechnicalLossState | null) ?? nonTechnicalLossRule.initial;
    if (settings.isOffAt(row.pointId)) {
      const kept = { isKept: row.state !== null, isActive: before.active };
      endOff(found, RULE, { ...row, campusId }, kept, day.endMs);
      continue;
    }
    const { state, signal } = nonTechnicalLossRule.step(
      before,
      {
        date: day.dateKey,
        endMs: day.endMs,
        supplyKwh: row.supplyKwh ?? 0,
        childrenKwh: row.childrenKwh,
        completeness: row.complete ? row.completeChildren / row.children : 0,
      },
      lossParams(settings.bodyAt(row.pointId)),
    );
    if (state !== before) found.states.push({ pointId: row.pointId, state });
    if (!signal) continue;
    const raised = signal.kind === 'RAISE';
    found.signals.push({
      rule: RULE,
      subject: { campusId, type: 'POINT', id: row.pointId, spaceId: row.spaceId },
      kind: signal.kind,
      atMs: signal.at,
      evidence: {
        value: signal.value,
        limit: signal.limit,
        unit: 'KWH',
        meter: row.meterCode,
        point: row.pointCode,
        ...(raised
          ? {
              cusum: state.cusum,
              days: state.daysOver,
              suspects: (await lossSuspects(database, row.pointId, zone, day, state.daysOver)).map(
                suspectRow,
              ),
            }
          : {}),
      },
    });
  }
  await keepJudged(database, RULE, campusId, nowMs, found);
}

/** A suspect, with the code of the space that its point feeds. */
export interface PlacedSuspect extends Suspect {
  readonly place: string;
}

/**
 * The points whose use fell as a feeder's loss rose, over the four weeks up to a day, the likeliest first.
 * @param day the newest day that was judged
 * @param daysOver days over the step up to it
 */
export async function lossSuspects(
  source: Source,
  pointId: number,
  zone: CampusZone,
  day: Pick<LocalDay, 'endMs'>,
  daysOver: number,
): Promise<PlacedSuspect[]> {
  const days = daysBefore(zone, day.endMs, SUSPECT_DAYS);
  const series = await daysBelowFeeder(
    source,
    pointId,
    days.map(({ startMs, endMs }) => ({ fromMs: startMs, toMs: endMs })),
  );
  const supply = series.find(({ isFeeder }) => isFeeder)!.kwh;
  const children = series.filter(({ isFeeder }) => !isFeeder);
  const loss = supply.map((kwh, at) =>
    kwh === null ? null : kwh - children.reduce((sum, child) => sum + (child.kwh[at] ?? 0), 0),
  );
  const placeOf = new Map(children.map(({ pointCode, spaceCode }) => [pointCode, spaceCode]));
  const ranked = rankSuspects(
    loss,
    children.map(({ pointCode, kwh }) => ({ point: pointCode, usedKwh: kwh })),
    days.length - daysOver,
    NAMED,
  );
  return ranked.map((suspect) => ({ ...suspect, place: placeOf.get(suspect.point)! }));
}

function suspectRow({ point, place, correlation, beforeKwh, sinceKwh }: PlacedSuspect) {
  return { point, place, value: sinceKwh - beforeKwh, unit: 'KWH', correlation };
}
