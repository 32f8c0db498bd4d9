import { lockForRaise } from '../db/queries/alarmRows';
import { type MeterStateRow, updateMeterStates } from '../db/queries/meterStates';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { DEFINITE_TIME_INITIAL } from '../domain/detection/definiteTime';
import type { BesideWord } from '../domain/detection/meterWord';
import type { OverloadState } from '../domain/detection/overload';
import type { AlarmSignal } from './applyAlarmEvent';
import { applySignals } from './applySignals';
import { cutTrips } from './cutTrips';
import type { MeterEntry, PointEntry, Registry } from './registry';
import { loadLimitAt, rulesFor } from './streamRules';
import type { SupplyDesk } from './supplyDesk';

/** The rule that watches the load of a point: a feeder has one of its own. */
export function overloadRuleOf({ role }: Pick<PointEntry, 'role'>): AlarmRuleCode {
  return role === 'FEEDER' ? 'FEEDER_OVERLOAD' : 'OVERLOAD';
}

interface ToldOverload {
  readonly meter: MeterEntry;
  readonly point: PointEntry;
  readonly signal: AlarmSignal;
  /** What the meter measured, and against which limit of its own; W, null: it did not say. */
  readonly powerW: number | null;
  readonly limitW: number | null;
  /** The meter's state, locked. */
  readonly state: MeterStateRow;
  /** Told soon enough for a cut to still meet the load. */
  readonly fresh: boolean;
}

/**
 * A meter's own word that its load is over the limit: the alarm of the rule that judges its readings, and its trip where the word is
 * fresh and no later reading says otherwise. That rule goes on judging what it reads, for itself; readings, or the meter's own end,
 * decide when it is over. Told of a time that an episode already covers, it is no news.
 */
export async function applyMeterOverload(
  desk: SupplyDesk,
  registry: Registry,
  told: ToldOverload,
): Promise<void> {
  const { meter, point, signal, state } = told;
  const { open, last } = await lockForRaise(desk.tx.client, signal.rule, 'POINT', point.pointId);
  const gone = open && !open.active ? open.returnedMs : (last?.returnedMs ?? null);
  if (gone !== null && signal.atMs <= gone) return;
  const ruleLimitW = limitAt(registry, point);
  const measures =
    told.powerW === null ? {} : { value: told.powerW, limit: told.limitW ?? ruleLimitW, unit: 'W' };
  await applySignals(desk, [{ ...signal, evidence: { ...signal.evidence, ...measures } }]);
  const judge = rulesFor(registry, meter, point).find(({ rule }) => rule.code === signal.rule);
  if (!judge) return;
  const kept = keptOf(state, signal.rule);
  if (!kept?.active)
    await keep(desk, state, signal.rule, {
      ...{ ...DEFINITE_TIME_INITIAL, ...kept },
      word: { at: signal.atMs, underSince: null },
    });
  if (judge.trips === null || point.protection === 'LIFE_SAFETY') return;
  if (told.fresh && !isBelow(state, signal.atMs, ruleLimitW))
    await cutTrips(desk, [{ pointId: point.pointId, cause: judge.trips }]);
}

/** A meter says that its load is over no more: true where its readings still show it, and nothing ends. */
export async function endMeterOverload(
  desk: SupplyDesk,
  rule: AlarmRuleCode,
  state: MeterStateRow,
): Promise<boolean> {
  const kept = keptOf(state, rule);
  if (kept === undefined) return false;
  if (kept.overSince !== null) return true;
  const { word: _over, ...own } = kept;
  await keep(desk, state, rule, own);
  return false;
}

async function keep(
  desk: SupplyDesk,
  state: MeterStateRow,
  rule: AlarmRuleCode,
  kept: BesideWord<OverloadState>,
): Promise<void> {
  await updateMeterStates(desk.tx.client, [{ ...state, detection: { ...state.detection, [rule]: kept } }]);
}

/** What the overload rules keep with a meter is theirs alone, and of this shape. */
const keptOf = ({ detection }: MeterStateRow, rule: AlarmRuleCode) =>
  detection?.[rule] as BesideWord<OverloadState> | undefined;

function limitAt(registry: Registry, point: PointEntry): number | null {
  if (point.role === 'FEEDER') return point.capacityW;
  return loadLimitAt(registry, point)?.limitW ?? null;
}

/** A reading newer than the meter's word shows less than the limit: the load has gone. */
function isBelow({ lastMs, powerW }: MeterStateRow, toldMs: number, limitW: number | null): boolean {
  return lastMs !== null && lastMs > toldMs && powerW !== null && limitW !== null && powerW < limitW;
}
