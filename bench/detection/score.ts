import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import type { SimulatedMeter } from '../../simulator/fleet/simulatedMeter';
import { median } from '../statistics';
import type { RaisedAlarm } from './alarmBook';
import type { ScoredMonth } from './month';
import type { Incident } from './placeIncidents';

/** What one rule found, and what it said without cause. */
export interface RuleScore {
  readonly rule: AlarmRuleCode;
  readonly watched: number;
  readonly meterDays: number;
  readonly incidents: number;
  readonly found: number;
  /** Incidents with more than one alarm of the rule. */
  readonly twice: number;
  /** From the incident's beginning to the alarm, median, s; null: none was found. */
  readonly medianS: number | null;
  readonly falseAlarms: number;
  /** False alarms per 1,000 days of meters that the rule looks at. */
  readonly falsePerThousand: number;
}

const HOUR_MS = 3_600_000;
/** How long after its end an incident still explains an alarm: a night, a day or three days are judged when they are over. */
const EXPLAINS_MS = 12 * HOUR_MS;
const EXPLAINS_DAYS_MS = 84 * HOUR_MS;
const JUDGED_LATE: readonly AlarmRuleCode[] = [
  'CONSUMPTION_ANOMALY',
  'IDLE_WASTE',
  'NON_TECHNICAL_LOSS',
  'WATER_LEAK',
  'VACANT_USE',
];

/** Scores every rule that looked at the month. An alarm that no incident explains is false, and so is each after a twin. */
export function scoreMonth({ incidents, alarms, watched, network }: ScoredMonth): {
  readonly rules: RuleScore[];
  readonly unexplained: RaisedAlarm[];
  readonly missed: Incident[];
} {
  const above = (meter: SimulatedMeter): SimulatedMeter[] =>
    network.meters
      .filter((one) => one.load.children.includes(meter.load.index))
      .flatMap((one) => [one, ...above(one)]);
  const below = ({ kind, meter }: Incident): SimulatedMeter[] =>
    kind.spreads === undefined && kind.fault !== 'overload'
      ? []
      : meter.load.children.flatMap((index) => {
          const child = network.meters[index]!;
          return [child, ...below({ kind, meter: child, fromMs: 0, toMs: 0 })];
        });
  const places = new Map(
    incidents.map((incident) => [
      incident,
      new Set([incident.meter, ...above(incident.meter), ...below(incident)]),
    ]),
  );
  const explains = (incident: Incident, alarm: RaisedAlarm): boolean => {
    const { kind, fromMs, toMs, meter } = incident;
    const late = JUDGED_LATE.includes(alarm.rule) ? EXPLAINS_DAYS_MS : EXPLAINS_MS;
    if (alarm.at < fromMs || alarm.at > toMs + late) return false;
    if (kind.rule === alarm.rule) return alarm.meter === meter || kind.also.includes(alarm.rule);
    return kind.also.includes(alarm.rule) && places.get(incident)!.has(alarm.meter);
  };
  const unexplained = alarms.filter((alarm) => !incidents.some((incident) => explains(incident, alarm)));
  const alarmsOf = (incident: Incident) =>
    alarms.filter(
      (alarm) =>
        alarm.rule === incident.kind.rule && alarm.meter === incident.meter && explains(incident, alarm),
    );
  const rules = [...watched.entries()].map(([rule, { meters, meterDays }]): RuleScore => {
    const own = incidents.filter(({ kind }) => kind.rule === rule);
    const hits = own.map(alarmsOf);
    const delays = hits.flatMap(([first], at) => (first ? [(first.at - own[at]!.fromMs) / 1_000] : []));
    const falseAlarms = unexplained.filter((alarm) => alarm.rule === rule).length;
    return {
      rule,
      watched: meters,
      meterDays,
      incidents: own.length,
      found: delays.length,
      twice: hits.filter(({ length }) => length > 1).length,
      medianS: delays.length > 0 ? median(delays) : null,
      falseAlarms,
      falsePerThousand: (1_000 * falseAlarms) / meterDays,
    };
  });
  return {
    rules: rules.sort((a, b) => b.incidents - a.incidents || (a.rule < b.rule ? -1 : 1)),
    unexplained,
    missed: incidents.filter(
      (incident) =>
        incident.kind.rule !== null && watched.has(incident.kind.rule) && alarmsOf(incident).length === 0,
    ),
  };
}

/** The scores as a table of the documentation. */
export function scoreTable(rules: readonly RuleScore[]): string {
  const rows = rules.map(
    ({ rule, watched, meterDays, incidents, found, twice, medianS, falseAlarms, falsePerThousand }) =>
      [
        `\`${rule}\``,
        watched,
        meterDays,
        incidents,
        incidents > 0 ? `${found} (${Math.round((100 * found) / incidents)} %)` : '',
        twice,
        medianS === null ? '' : timeText(medianS),
        falseAlarms,
        falsePerThousand.toFixed(3),
      ].join(' | '),
  );
  return [
    '| rule | meters | meter-days | incidents | found | more than once | median time to the alarm | false alarms | per 1,000 meter-days |',
    '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n');
}

function timeText(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return `${Math.round(seconds / 360) / 10} h`;
}
