import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { type AlarmSignal, applyAlarmSignal } from './applyAlarmEvent';
import type { SupplyDesk } from './supplyDesk';

/** What a maintainer at the meter sets off by working on it. */
const OF_MAINTENANCE: ReadonlySet<AlarmRuleCode> = new Set<AlarmRuleCode>([
  'TAMPER',
  'NEUTRAL_CURRENT',
  'REVERSE_ENERGY',
]);

/** Applies what the rules said. While a maintenance tag hangs at a point, signs of tampering are kept and not annunciated. */
export async function applySignals(desk: SupplyDesk, signals: readonly AlarmSignal[]): Promise<void> {
  const expected = signals.filter((signal) => isOfMaintenance(signal));
  await desk.open(expected.map(({ subject }) => subject.id));
  for (const signal of signals) {
    const tag = isOfMaintenance(signal) ? desk.row(signal.subject.id).tags[0] : undefined;
    await applyAlarmSignal(desk.tx, desk.now, tag ? { ...signal, suppressedBy: `tag:${tag.by}` } : signal);
  }
}

const isOfMaintenance = ({ rule, kind, subject }: AlarmSignal): boolean =>
  kind === 'RAISE' && subject.type === 'POINT' && OF_MAINTENANCE.has(rule);
