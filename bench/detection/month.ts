import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import {
  BUILDING_ANOMALY_DEFAULTS,
  CONSUMPTION_ANOMALY_DEFAULTS,
} from '../../domain/detection/consumptionAnomaly';
import type { CampusZone } from '../../domain/time/campusTime';
import type { MeterEntry, Registry } from '../../engine/registry';
import { type ActiveFaults, parseFaultParams } from '../../simulator/fleet/faults';
import { isSensed } from '../../simulator/fleet/hazards';
import { afterFaults, readMeter } from '../../simulator/fleet/readingItem';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';
import { SupplyNetwork } from '../../simulator/fleet/supplyNetwork';
import type { CampusLoad } from '../../simulator/load/campusLoad';
import { unit } from '../../simulator/random';
import {
  anomaliesIn,
  type ClosedSpan,
  idleNightsIn,
  LeakWatch,
  likeHoursOf,
  lossesIn,
} from '../../simulator/testing/closedWindows';
import { AlarmBook, type RaisedAlarm } from './alarmBook';
import { ClockJudges } from './clockJudges';
import { MeterRules, type Said } from './meterRules';
import { type Incident, incidentsOf, struckBy } from './placeIncidents';
import { type Looks, readingDays } from './readingDays';
import { type VacantDays, vacantDaysIn, vacantUseIn } from './vacantDays';
import { countWatched, judgesIdle, judgesLoss, judgesUse, type Watching } from './watchedRules';

/**
 * A campus lives through weeks in which the rules learn and a month in which they are scored: each meter is read at its own
 * interval, every reading goes through the rules that the engine binds to it, every closed hour, night and day through the
 * others. Nobody acts on an alarm, and no meter trips by itself.
 */

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const LEARNED_DAYS = 28;
const STEP_MS = 10 * SECOND_MS;
/** Where no single reading is looked at; water is counted each minute. */
const COARSE_STEP_MS = MINUTE_MS;
/** Faults that change what is drawn. */
const DRAWING = ['overload', 'forbiddenHeater', 'extraLoad', 'leak'] as const;

export interface ScoredMonth {
  readonly incidents: readonly Incident[];
  readonly alarms: readonly RaisedAlarm[];
  readonly days: number;
  readonly readings: number;
  /** How much each rule looked at. */
  readonly watched: ReadonlyMap<AlarmRuleCode, Watching>;
  readonly network: SupplyNetwork;
}

/** One meter with all that is kept of it. */
interface Watched {
  readonly meter: SimulatedMeter;
  readonly entry: MeterEntry;
  readonly rules: MeterRules;
  /** Quantity of each hour of the whole span, kWh or m³. */
  readonly hours: Float64Array;
  readonly leak: { watch: LeakWatch; minutes: Float64Array; before: number } | null;
  trouble: Incident | null;
  /** Days of the month on which it is read. */
  readonly readOn: ReadonlySet<number>;
  readonly vacantDays: number;
}

export class SimulatedMonth {
  private readonly span: ClosedSpan;
  private readonly network: SupplyNetwork;
  private readonly watched: Watched[];
  private readonly byMeter: ReadonlyMap<SimulatedMeter, Watched>;
  private readonly incidents: Incident[];
  private readonly book = new AlarmBook();
  private readonly judges: ClockJudges;
  private readonly drawn = new Set<SimulatedMeter>();
  private readonly monthMs: number;
  private readonly stepMs: number;
  private readings = 0;

  constructor(
    private readonly campus: CampusLoad,
    registry: Registry,
    zone: CampusZone,
    startMs: number,
    private readonly days: number,
    seed: number,
    private readonly looks: Looks,
  ) {
    this.stepMs = looks.hoursOnly ? COARSE_STEP_MS : STEP_MS;
    this.span = { zone, startMs, days: LEARNED_DAYS + days };
    this.monthMs = startMs + LEARNED_DAYS * DAY_MS;
    this.network = new SupplyNetwork(campus, this.monthMs);
    this.incidents = incidentsOf(seed, this.network.meters, this.monthMs, days);
    const entries = new Map([...registry.meters.values()].map((entry) => [entry.code, entry]));
    this.watched = this.network.meters.map((meter) => {
      const { traits } = meter.load;
      const entry = entries.get(traits.code)!;
      return {
        meter,
        entry,
        rules: new MeterRules(registry, entry),
        hours: new Float64Array(this.span.days * 24),
        leak:
          traits.utility === 'WATER' && traits.load.kind === 'CURVE'
            ? {
                watch: new LeakWatch(zone, 10 ** -traits.registerDecimals),
                minutes: new Float64Array(180),
                before: 0,
              }
            : null,
        trouble: null,
        vacantDays: vacantDaysIn(this.span, this.vacantOf(meter)).size,
        readOn: readingDays(meter, this.incidents, looks.calmShare, { seed, monthMs: this.monthMs, days }),
      };
    });
    this.byMeter = new Map(this.watched.map((one) => [one.meter, one]));
    this.judges = new ClockJudges(this.watched, this.book);
  }

  run(log: (line: string) => void): ScoredMonth {
    this.learn();
    for (let day = 0; day < this.days; day++) {
      this.liveDay(day);
      log(`day ${day + 1} of ${this.days}: ${this.readings} readings, ${this.book.raised.length} alarms`);
    }
    this.judgeHours();
    return {
      incidents: this.incidents,
      alarms: this.book.raised.filter(({ at }) => at >= this.monthMs).sort((a, b) => a.at - b.at),
      days: this.days,
      readings: this.readings,
      watched: countWatched(this.watched, this.days, this.looks.hoursOnly),
      network: this.network,
    };
  }

  /** Hours of the calm weeks before the month. */
  private learn(): void {
    const before = new Float64Array(this.watched.length);
    const after = new Float64Array(this.watched.length);
    this.campus.totalsAt(this.span.startMs, before);
    for (let at = 0; at < LEARNED_DAYS * 24; at++) {
      this.campus.totalsAt(this.span.startMs + (at + 1) * HOUR_MS, after);
      for (const { meter, hours } of this.watched)
        hours[at] = (after[meter.load.index]! - before[meter.load.index]!) / 1e6;
      before.set(after);
    }
  }

  private liveDay(day: number): void {
    const fromMs = this.monthMs + day * DAY_MS;
    const totals = this.watched.map(({ meter }) => this.network.total(meter, fromMs));
    const said: Said[] = [];
    const read = this.watched.filter(({ readOn }) => readOn.has(day));
    this.judges.beginDay(day, fromMs);
    for (let ts = fromMs + this.stepMs; ts <= fromMs + DAY_MS; ts += this.stepMs) {
      this.change(ts);
      for (const meter of this.drawn) this.redraw(meter, ts);
      if (!this.looks.hoursOnly) {
        for (const one of read) if ((ts / SECOND_MS) % one.entry.intervalS === 0) this.read(one, ts, said);
        this.judges.look(ts);
      }
      if ((ts - fromMs) % MINUTE_MS === 0) this.countNight(ts, (ts - fromMs) / MINUTE_MS);
      if ((ts - fromMs) % HOUR_MS !== 0) continue;
      const hour = (LEARNED_DAYS + day) * 24 + (ts - fromMs) / HOUR_MS - 1;
      for (const [index, { meter, hours }] of this.watched.entries()) {
        const total = this.network.total(meter, ts);
        hours[hour] = (total - totals[index]!) / 1e6;
        totals[index] = total;
      }
    }
  }

  private read(one: Watched, ts: number, said: Said[]): void {
    const { meter, trouble } = one;
    const { restartEveryMs, lostShare } = trouble?.kind.trouble ?? {};
    if (restartEveryMs && (ts - trouble!.fromMs) % restartEveryMs < one.entry.intervalS * SECOND_MS)
      one.rules.restart();
    const item = readMeter(this.network, meter, ts);
    if (lostShare && unit(meter.load.seed, ts / SECOND_MS) < lostShare) return;
    for (const reading of afterFaults(meter, item)) {
      one.rules.take(reading, ts, said);
      this.judges.hear(meter, ts, reading.p);
      this.readings += 1;
    }
    for (const { rule, signal } of said) this.book.take(rule, meter, signal);
    said.length = 0;
  }

  /** Minutes from 02:00 to 05:00 of every water meter; the night is judged when it is over. */
  private countNight(ts: number, minuteOfDay: number): void {
    const minute = minuteOfDay - 120;
    if (minute < 0 || minute > 180) return;
    for (const { meter, leak } of this.watched) {
      if (!leak) continue;
      const resolution = 10 ** -meter.load.traits.registerDecimals;
      const shown = Math.floor(this.network.total(meter, ts) / 1e6 / resolution) * resolution;
      if (minute > 0) leak.minutes[minute - 1] = shown - leak.before;
      leak.before = shown;
      if (minute < 180) continue;
      const signal = leak.watch.night(ts - 5 * HOUR_MS, leak.minutes);
      if (signal) this.book.take('WATER_LEAK', meter, signal);
    }
  }

  /** Incidents that begin or end at `ts`. */
  private change(ts: number): void {
    for (const incident of this.incidents) {
      if (incident.fromMs > ts) break;
      if (incident.fromMs > ts - this.stepMs) this.begin(incident, ts);
      if (incident.toMs > ts - this.stepMs && incident.toMs <= ts) this.end(incident, ts);
    }
  }

  private begin(incident: Incident, ts: number): void {
    const { kind, meter } = incident;
    if (kind.trouble) this.byMeter.get(meter)!.trouble = incident;
    if (kind.unmeteredW) {
      this.network.advance(meter, ts);
      meter.extraMicroPerHour += kind.unmeteredW * 1_000;
    }
    if (kind.contactOpen) this.network.setContact(meter, false, ts);
    if (kind.gatewayDown) this.judges.gateway(meter, false, ts);
    if (!kind.fault) return;
    for (const one of this.struck(incident)) {
      const params = parseFaultParams(kind.fault, kind.params ?? {}, one);
      const fault: ActiveFaults = { [kind.fault]: { params, untilMs: null } };
      Object.assign(one.faults, fault);
      if (isSensed(kind.fault)) one.sensors.add(kind.fault);
    }
    if (DRAWING.some((one) => one === kind.fault)) this.drawn.add(meter);
  }

  private end(incident: Incident, ts: number): void {
    const { kind, meter } = incident;
    if (kind.trouble) this.byMeter.get(meter)!.trouble = null;
    if (kind.unmeteredW) {
      this.network.advance(meter, ts);
      meter.extraMicroPerHour -= kind.unmeteredW * 1_000;
    }
    if (kind.contactOpen) this.network.setContact(meter, true, ts);
    if (kind.gatewayDown) this.judges.gateway(meter, true, ts);
    if (!kind.fault) return;
    for (const one of this.struck(incident)) {
      delete one.faults[kind.fault];
      if (kind.fault === 'frozen') one.frozenAs = null;
    }
    if (this.drawn.delete(meter)) this.redraw(meter, ts);
  }

  /** Meters that have the fault of an incident. */
  private struck(incident: Incident): SimulatedMeter[] {
    const struck = struckBy(incident, this.network.meters);
    return incident.kind.spreads === 'BELOW' ? struck.slice(1) : struck;
  }

  /** What a fault makes a meter draw at `ts`; of a feeder, what it makes the meters below it draw. */
  private redraw(meter: SimulatedMeter, ts: number): void {
    if (meter.load.children.length > 0) this.network.driveFeeder(meter, ts);
    else this.network.retune(meter, ts);
  }

  /** The rules over closed hours, once the month is over; they only look back. */
  private judgeHours(): void {
    const likeHours = likeHoursOf(this.span);
    for (const one of this.watched) {
      const { meter, hours, entry } = one;
      const tell = (rule: AlarmRuleCode, signals: ReturnType<typeof lossesIn>) => {
        for (const signal of signals) this.book.take(rule, meter, signal);
      };
      tell('VACANT_USE', vacantUseIn(this.span, hours, this.vacantOf(meter)));
      if (!judgesUse(one)) continue;
      const isRoom = entry.point?.role === 'CUSTOMER';
      tell(
        'CONSUMPTION_ANOMALY',
        anomaliesIn(
          this.span,
          hours,
          likeHours,
          isRoom ? CONSUMPTION_ANOMALY_DEFAULTS : BUILDING_ANOMALY_DEFAULTS,
        ),
      );
      if (judgesIdle(one)) tell('IDLE_WASTE', idleNightsIn(this.span, hours, LEARNED_DAYS + 1));
      if (judgesLoss(one))
        tell(
          'NON_TECHNICAL_LOSS',
          lossesIn(
            this.span,
            hours,
            meter.load.children.map((child) => this.watched[child]!.hours),
          ),
        );
    }
  }

  /** When nobody lives there. */
  private vacantOf(meter: SimulatedMeter): VacantDays[] {
    return this.incidents.filter((incident) => incident.kind.vacant && incident.meter === meter);
  }
}
