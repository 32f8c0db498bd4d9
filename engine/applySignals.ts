import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { type AlarmSignal, applyAlarmSignal } from './applyAlarmEvent';
import type { SupplyDesk } from './supplyDesk';

/** What a maintainer at the meter sets off by working on it. */
const OF_MAINTENANCE: ReadonlySet<AlarmRuleCode> = new Set<AlarmRuleCode>([
  'TAMPER',
  'NEUTRAL_CURRENT',
  'REVERSE_ENERGY',
]);

/**
 * Applies what the rules said. While a maintenance tag hangs at a point, signs of tampering are kept and not annunciated.
 * @returns the alarm of each signal; null for a return that met none
 */
export async function applySignals(
  desk: SupplyDesk,
  signals: readonly AlarmSignal[],
): Promise<(number | null)[]> {
  const expected = signals.filter((signal) => isOfMaintenance(signal));
  await desk.open(expected.map(({ subject }) => subject.id));
  const ids: (number | null)[] = [];
  for (const signal of signals) {
    const tag = isOfMaintenance(signal) ? desk.row(signal.subject.id).tags[0] : undefined;
    ids.push(
      await applyAlarmSignal(desk.tx, desk.now, tag ? { ...signal, suppressedBy: `tag:${tag.by}` } : signal),
    );
  }
  return ids;
}

const isOfMaintenance = ({ rule, kind, subject }: AlarmSignal): boolean =>
  kind === 'RAISE' && subject.type === 'POINT' && OF_MAINTENANCE.has(rule);
