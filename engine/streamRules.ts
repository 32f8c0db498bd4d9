import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { isAtRest } from '../domain/detection/definiteTime';
import { feeder80Rule, feederOverloadRule, isFeederQuiet } from '../domain/detection/feederOverload';
import { forbiddenLoadParams } from '../domain/detection/forbiddenLoad';
import { forbiddenSuspicionRule } from '../domain/detection/forbiddenSuspicion';
import { frozenParams, frozenRegisterRule } from '../domain/detection/frozenRegister';
import { gasDetectorParams, gasDetectorRule, gasLeakParams, gasLeakRule } from '../domain/detection/gasLeak';
import { imbalanceParams, imbalanceRule } from '../domain/detection/imbalance';
import { leakageParams, leakageRule } from '../domain/detection/leakage';
import { onPower } from '../domain/detection/onPower';
import { overCurrentParams, overCurrentRule } from '../domain/detection/overCurrent';
import { isOverloadQuiet, overloadParams, overloadRule } from '../domain/detection/overload';
import { overTemperatureParams, overTemperatureRule } from '../domain/detection/overTemperature';
import { relayWeldParams, relayWeldRule } from '../domain/detection/relayWeld';
import { reverseEnergyParams, reverseEnergyRule } from '../domain/detection/reverseEnergy';
import { isSwitchedOff } from '../domain/detection/ruleSettings';
import { NO_SETTINGS, numberOf, type RuleBody, type StreamingRule } from '../domain/detection/streamingRule';
import {
  neutralCurrentParams,
  neutralCurrentRule,
  tamperParams,
  tamperRule,
} from '../domain/detection/tamper';
import { voltageParams, voltageRangeRule } from '../domain/detection/voltageRange';
import { waterBurstParams, waterBurstRule } from '../domain/detection/waterBurst';
import { limitInForce } from '../domain/supply/ownLimit';
import type { TripCause } from '../domain/supply/supplyState';
import { MICRO } from '../domain/units';
import { type MeterEntry, type PointEntry, type Registry, specOf } from './registry';

/** A rule as it stands at a meter: its thresholds, and what it does besides telling. */
export interface BoundRule {
  readonly rule: StreamingRule<unknown, unknown>;
  readonly params: unknown;
  /** It wants supply off, for this cause; null: it only tells. */
  readonly trips: TripCause | null;
  /** Switched off here: it says nothing, and what it has said is over. */
  readonly off: boolean;
}

/** Points that supply one user and may be cut by a rule. */
const OF_USERS: ReadonlySet<PointEntry['role']> = new Set(['CUSTOMER', 'TENANT', 'PUBLIC']);
const OF_ONE_HOME: ReadonlySet<PointEntry['role']> = new Set(['CUSTOMER', 'TENANT']);

const bound = new WeakMap<MeterEntry, { point: PointEntry; rules: readonly BoundRule[] }>();
/** Meters of the same kind share their rules, so that a large campus holds few. */
const shared = new WeakMap<Registry, Map<string, readonly BoundRule[]>>();

/** The streaming rules of a meter at a point, most dangerous first; made once per configuration. */
export function rulesFor(registry: Registry, meter: MeterEntry, point: PointEntry): readonly BoundRule[] {
  const known = bound.get(meter);
  if (known?.point === point) return known.rules;
  const rules = sharedRules(registry, meter, point);
  bound.set(meter, { point, rules });
  return rules;
}

function sharedRules(registry: Registry, meter: MeterEntry, point: PointEntry): readonly BoundRule[] {
  const kinds = shared.get(registry) ?? new Map<string, readonly BoundRule[]>();
  shared.set(registry, kinds);
  const binder = new Binder(registry, meter, point);
  const known = kinds.get(binder.kind);
  if (known) return known;
  const rules = binder.all();
  kinds.set(binder.kind, rules);
  return rules;
}

/** Thresholds that hold for a rule at a point: those of the nearest space that has any, else the campus's. */
export function settingsOf(registry: Registry, point: PointEntry, rule: AlarmRuleCode): RuleBody {
  const settings = registry.campuses.get(point.campusId)?.ruleSettings.get(rule);
  if (!settings) return NO_SETTINGS;
  for (let i = point.spacePath.length - 1; i >= 0; i--) {
    const own = settings.find(({ spaceId }) => spaceId === point.spacePath[i]);
    if (own) return own.body;
  }
  return settings.find(({ spaceId }) => spaceId === null)?.body ?? NO_SETTINGS;
}

/**
 * The load limit of a point, W: the cap of staff, which is what the overload rule is set to there or else the point's own, and the limit
 * in force, which a resident may have lowered. Null: it has none.
 */
export function loadLimitAt(
  registry: Registry,
  point: PointEntry,
): { readonly capW: number; readonly limitW: number } | null {
  if (point.limitW === null) return null;
  const capW = numberOf(settingsOf(registry, point, 'OVERLOAD'), 'limitW', point.limitW);
  return { capW, limitW: limitInForce(capW, point.ownLimitW) };
}

/** Whether a rule is switched off at a point. */
export function isOffAt(registry: Registry, point: PointEntry, rule: AlarmRuleCode): boolean {
  return isSwitchedOff(rule, settingsOf(registry, point, rule));
}

const overload = onPower(overloadRule, ({ limitW }) => limitW, isOverloadQuiet);
const feederOverload = onPower(feederOverloadRule, ({ ratingW }) => ratingW, isFeederQuiet);
const feeder80 = onPower(feeder80Rule, ({ ratingW }) => 0.8 * ratingW, isAtRest);

class Binder {
  private readonly rules: BoundRule[] = [];
  private readonly intervalMs: number;
  private readonly isUser: boolean;

  constructor(
    private readonly registry: Registry,
    private readonly meter: MeterEntry,
    private readonly point: PointEntry,
  ) {
    this.intervalMs = meter.intervalS * 1_000;
    this.isUser = OF_USERS.has(point.role);
  }

  /** All that the thresholds are made from, as text. */
  get kind(): string {
    const { meter, point, registry } = this;
    const hasSettings = (registry.campuses.get(point.campusId)?.ruleSettings.size ?? 0) > 0;
    return [
      point.utility,
      point.role,
      point.limitW,
      point.ownLimitW,
      point.capacityW,
      point.overloadAction,
      meter.phases,
      meter.imaxA,
      meter.ratioMicro,
      meter.registerDecimals,
      meter.intervalS,
      meter.hasRelay,
      this.isUser && this.feedsIn(),
      hasSettings ? `${point.campusId}/${point.spaceId}` : '',
    ].join(' ');
  }

  all(): readonly BoundRule[] {
    switch (this.point.utility) {
      case 'ELECTRICITY':
        this.electricity();
        break;
      case 'GAS':
        this.add(gasLeakRule, gasLeakParams(this.intervalMs, this.body('GAS_LEAK')), 'GAS_LEAK');
        this.add(gasDetectorRule, gasDetectorParams(this.intervalMs));
        break;
      case 'WATER':
        this.add(
          waterBurstRule,
          waterBurstParams(null, OF_ONE_HOME.has(this.point.role), this.intervalMs, this.body('WATER_BURST')),
          this.body('WATER_BURST').trip === true ? 'WATER_BURST' : null,
        );
        break;
    }
    this.add(tamperRule, tamperParams(this.intervalMs));
    return this.rules;
  }

  private electricity(): void {
    const { meter, point, intervalMs } = this;
    const carriesA = meter.imaxA * Number(meter.ratioMicro / MICRO);
    this.add(leakageRule, leakageParams(intervalMs, this.body('LEAKAGE')), this.isUser ? 'LEAKAGE' : null);
    if (meter.hasRelay) this.add(relayWeldRule, relayWeldParams(meter.phases, meter.imaxA));
    this.add(overTemperatureRule, overTemperatureParams(intervalMs, this.body('OVER_TEMPERATURE')));
    this.add(
      neutralCurrentRule,
      neutralCurrentParams(meter.phases, intervalMs, this.body('NEUTRAL_CURRENT')),
    );
    if (this.isUser && !this.feedsIn())
      this.add(reverseEnergyRule, reverseEnergyParams(intervalMs, this.body('REVERSE_ENERGY')));
    if (point.role === 'FEEDER') this.feeder();
    const limit = this.isUser ? loadLimitAt(this.registry, point) : null;
    if (limit !== null) {
      this.add(forbiddenSuspicionRule, forbiddenLoadParams(this.body('FORBIDDEN_LOAD')));
      this.overload(limit.limitW);
    }
    this.add(voltageRangeRule, voltageParams(intervalMs, this.body('VOLTAGE_RANGE')));
    this.add(overCurrentRule, overCurrentParams(carriesA, intervalMs, this.body('OVER_CURRENT')));
    if (meter.phases === 3)
      this.add(imbalanceRule, imbalanceParams(carriesA, intervalMs, this.body('PHASE_IMBALANCE')));
    if (point.role !== 'PV')
      this.add(
        frozenRegisterRule,
        frozenParams(specOf(meter).lsbMicro, intervalMs, this.body('FROZEN_REGISTER')),
      );
  }

  private feeder(): void {
    const { capacityW } = this.point;
    if (capacityW === null) return;
    const params = { ratingW: capacityW, intervalMs: this.intervalMs };
    this.add(feederOverload, params);
    this.add(feeder80, params);
  }

  private overload(limitW: number): void {
    const params = overloadParams(limitW, this.intervalMs, this.body('OVERLOAD'));
    this.add(overload, params, this.point.overloadAction === 'TRIP' ? 'OVERLOAD' : null);
  }

  /** Panels behind the meter: somebody is paid for what they feed in. */
  private feedsIn(): boolean {
    return this.point.payers.some(({ accountId }) => {
      const spans = this.registry.accounts.get(accountId)?.tariffs.get('ELECTRICITY') ?? [];
      return spans.some(({ tariffId }) => this.registry.tariffs.get(tariffId)?.exportBook != null);
    });
  }

  private body(rule: AlarmRuleCode): RuleBody {
    return settingsOf(this.registry, this.point, rule);
  }

  private add<State, Params>(
    rule: StreamingRule<State, Params>,
    params: Params,
    trips: TripCause | null = null,
  ): void {
    const off = isSwitchedOff(rule.code, this.body(rule.code));
    this.rules.push({ rule: rule as StreamingRule<unknown, unknown>, params, trips, off });
  }
}
