import {
  countRuleAlarms,
  type ReplayedMessage,
  replayMessages,
  replayReadings,
} from '../db/queries/ruleReplay';
import type { Source } from '../db/queries/scope';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { emptySample, rememberReading } from '../domain/detection/meterSample';
import { isSwitchedOff, type SettingBody } from '../domain/detection/ruleSettings';
import {
  isNewerCount,
  type MessageCount,
  type SequenceGapsParams,
  type SequenceGapsState,
  sequenceGapsParams,
  sequenceGapsStep,
  sequenceStirs,
} from '../domain/detection/sequenceGaps';
import type { MeterSample } from '../domain/detection/streamingRule';
import type { MeterEntry, PointEntry, Registry } from './registry';
import { type BoundRule, rulesFor, settingsOf } from './streamRules';

/** Readings that one preview goes through at most. */
const READINGS_MAX = 250_000;
const PAGE = 10_000;

/** Rules that are folds over stored readings; of the others no stored reading says what they would have said. */
const REPLAYED: ReadonlySet<AlarmRuleCode> = new Set<AlarmRuleCode>([
  'GAS_LEAK',
  'LEAKAGE',
  'OVER_TEMPERATURE',
  'TAMPER',
  'NEUTRAL_CURRENT',
  'REVERSE_ENERGY',
  'WATER_BURST',
  'FORBIDDEN_LOAD',
  'OVERLOAD',
  'VOLTAGE_RANGE',
  'OVER_CURRENT',
  'PHASE_IMBALANCE',
  'FROZEN_REGISTER',
]);
/** Of these a meter tells by itself as well, which no reading holds. */
const TOLD_BY_METERS: ReadonlySet<AlarmRuleCode> = new Set<AlarmRuleCode>([
  'GAS_LEAK',
  'LEAKAGE',
  'OVER_TEMPERATURE',
  'TAMPER',
  'FORBIDDEN_LOAD',
]);
/** They judge hours, nights or days by weeks before them, of which only the outcome is kept. */
const OVER_CLOSED_HOURS: ReadonlySet<AlarmRuleCode> = new Set<AlarmRuleCode>([
  'WATER_LEAK',
  'CONSUMPTION_ANOMALY',
  'IDLE_WASTE',
  'NON_TECHNICAL_LOSS',
  'VACANT_USE',
]);
const SEQUENCE_GAPS = 'SEQUENCE_GAPS';

/** How many alarms the rule would have raised over the stored readings of a time. */
export interface RulePreview {
  /** Alarms that were raised at these places in that time. */
  readonly raised: number;
  readonly points: number;
  /** Null: it can't be told, and `because` says why. */
  readonly replay: {
    /** Over the same readings: with the settings in force, and with those proposed. */
    readonly today: number;
    readonly proposed: number;
    readonly readings: number;
    /** First reading that was there, ms UTC. */
    readonly firstMs: number;
    /** What meters tell by themselves is not in it. */
    readonly withoutEvents: boolean;
  } | null;
  readonly because: 'CLOSED_HOURS' | 'NOT_FROM_READINGS' | 'TOO_MANY' | 'NO_READINGS' | null;
}

interface Total {
  today: number;
  proposed: number;
  readings: number;
  firstMs: number;
}

/** The change that is looked at. */
export interface PreviewedChange {
  readonly campusId: number;
  readonly rule: AlarmRuleCode;
  readonly spaceId: number | null;
  readonly body: SettingBody;
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * Runs the rule anew over the readings that are stored, once as it is set and once as proposed. Nothing is guessed: a rule that
 * needs what is not stored, or more readings than one look may take, has no answer.
 */
export async function previewRule(
  source: Source,
  registry: Registry,
  change: PreviewedChange,
): Promise<RulePreview> {
  const { campusId, rule, spaceId } = change;
  const points = [...registry.points.values()].filter(
    (point) => point.campusId === campusId && (spaceId === null || point.spacePath.includes(spaceId)),
  );
  const raised = await countRuleAlarms(
    source,
    {
      campusId,
      rule,
      pointIds: points.map(({ pointId }) => pointId),
      meterIds: points.flatMap(({ meterIds }) => meterIds),
    },
    change.fromMs,
    change.toMs,
  );
  const known = { raised, points: points.length };
  if (OVER_CLOSED_HOURS.has(rule)) return { ...known, replay: null, because: 'CLOSED_HOURS' };
  if (rule !== SEQUENCE_GAPS && !REPLAYED.has(rule))
    return { ...known, replay: null, because: 'NOT_FROM_READINGS' };
  const changed = withSettings(registry, change);
  const total: Total = { today: 0, proposed: 0, readings: 0, firstMs: Number.POSITIVE_INFINITY };
  for (const point of points) {
    for (const meterId of point.meterIds) {
      const meter = registry.meters.get(meterId);
      if (!meter || meter.point !== point || meter.installs.at(-1)?.toMs !== null) continue;
      if (rule === SEQUENCE_GAPS) {
        const fits = await replaySequence(source, meter, change, [registry, changed], point, total);
        if (!fits) return { ...known, replay: null, because: 'TOO_MANY' };
        continue;
      }
      // Rules are remembered by meter: the copy keeps the proposed ones away from those in force.
      const today = boundOf(registry, { ...meter }, point, rule);
      const proposed = boundOf(changed, { ...meter }, point, rule);
      if (!today || !proposed) continue;
      const fits = await replayMeter(source, meter, change, [today, proposed], total);
      if (!fits) return { ...known, replay: null, because: 'TOO_MANY' };
    }
  }
  if (total.readings === 0) return { ...known, replay: null, because: 'NO_READINGS' };
  return { ...known, replay: { ...total, withoutEvents: TOLD_BY_METERS.has(rule) }, because: null };
}

function boundOf(registry: Registry, meter: MeterEntry, point: PointEntry, rule: AlarmRuleCode) {
  return rulesFor(registry, meter, point).find((bound) => bound.rule.code === rule);
}

/** The registry as it would be with the proposed settings. */
function withSettings(registry: Registry, { campusId, rule, spaceId, body }: PreviewedChange): Registry {
  const campus = registry.campuses.get(campusId)!;
  const others = (campus.ruleSettings.get(rule) ?? []).filter((one) => one.spaceId !== spaceId);
  const ruleSettings = new Map(campus.ruleSettings).set(rule, [...others, { spaceId, body }]);
  return { ...registry, campuses: new Map(registry.campuses).set(campusId, { ...campus, ruleSettings }) };
}

/** One rule's episodes over one meter's readings. */
class Episodes {
  raised = 0;
  private state: unknown;
  private active = false;

  constructor(private readonly bound: BoundRule) {}

  see(sample: MeterSample): void {
    const { rule, params, off } = this.bound;
    if (off || !rule.stirs(this.state, sample, params)) return;
    const { state, signal } = rule.step(this.state ?? rule.initial, sample, params);
    this.state = rule.isQuiet(state) ? undefined : state;
    if (!signal) return;
    if (signal.kind === 'RAISE' && !this.active) this.raised += 1;
    this.active = signal.kind === 'RAISE';
  }
}

/** @returns whether its readings fit into what one preview may take */
async function replayMeter(
  source: Source,
  meter: MeterEntry,
  { fromMs, toMs }: PreviewedChange,
  [today, proposed]: [BoundRule, BoundRule],
  total: Total,
): Promise<boolean> {
  const [asSet, asProposed] = [new Episodes(today), new Episodes(proposed)];
  const sample = emptySample();
  let afterMs = Math.max(fromMs, meter.installs.at(-1)!.fromMs) - 1;
  for (;;) {
    const page = await replayReadings(source, meter.meterId, { afterMs, toMs, limit: PAGE });
    total.readings += page.length;
    if (total.readings > READINGS_MAX) return false;
    for (const { tsMs, registerMicro, ...measured } of page) {
      sample.at = tsMs;
      sample.measured = measured;
      sample.registerMicro = registerMicro;
      asSet.see(sample);
      asProposed.see(sample);
      rememberReading(sample);
    }
    total.firstMs = Math.min(total.firstMs, page[0]?.tsMs ?? total.firstMs);
    if (page.length < PAGE) break;
    afterMs = page.at(-1)!.tsMs;
  }
  total.today += asSet.raised;
  total.proposed += asProposed.raised;
  return true;
}

/** The same for what the counters of messages tell, in the order of their arrival: a backlog fills the gaps before it. */
async function replaySequence(
  source: Source,
  meter: MeterEntry,
  { fromMs, toMs }: PreviewedChange,
  [today, proposed]: readonly [Registry, Registry],
  point: PointEntry,
  total: Total,
): Promise<boolean> {
  const limit = READINGS_MAX - total.readings + 1;
  const sinceMs = Math.max(fromMs, meter.installs.at(-1)!.fromMs);
  const messages = await replayMessages(source, meter.meterId, { fromMs: sinceMs, toMs, limit });
  total.readings += messages.length;
  if (total.readings > READINGS_MAX) return false;
  total.firstMs = Math.min(total.firstMs, messages[0]?.rxMs ?? total.firstMs);
  const raisedBy = (registry: Registry): number => {
    const body = settingsOf(registry, point, SEQUENCE_GAPS);
    if (isSwitchedOff(SEQUENCE_GAPS, body)) return 0;
    return gapsIn(messages, sequenceGapsParams(1_000 * meter.intervalS, body));
  };
  total.today += raisedBy(today);
  total.proposed += raisedBy(proposed);
  return true;
}

/** How often messages, in the order of their arrival, raise the alarm. */
function gapsIn(messages: readonly ReplayedMessage[], params: SequenceGapsParams): number {
  let state: SequenceGapsState | null = null;
  let newest: MessageCount = { boot: null, seq: null };
  let raised = 0;
  for (const message of messages) {
    const { rxMs, boot, seq } = message;
    const input = { at: rxMs, boot, seq, previousBoot: newest.boot, previousSeq: newest.seq };
    if (sequenceStirs(state ?? undefined, input)) {
      const step: ReturnType<typeof sequenceGapsStep> = sequenceGapsStep(state, input, params);
      state = step.state;
      if (step.signal?.kind === 'RAISE') raised += 1;
    }
    if (isNewerCount(message, newest)) newest = message;
  }
  return raised;
}
