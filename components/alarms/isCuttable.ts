import { ALARM_CATALOGUE, type AlarmRule } from '../../domain/alarms/alarmCatalogue';
import type { AlarmRow } from './incidents';
import { supplyNow } from './rowSupply';

const RULES: ReadonlyMap<string, AlarmRule> = new Map(Object.entries(ALARM_CATALOGUE));

/** Whether a cut may be offered out of an alarm: a rule that a cut helps against, a room's own circuit, somebody who may, none under way
 * and none that stands proven. */
export function isCuttable({ alarm, context }: AlarmRow): boolean {
  const point = context?.point;
  if (!context?.rights.cut || !point) return false;
  const helps = RULES.get(alarm.rule)?.firstAction === 'CUT' || alarm.rule === 'CUT_NOT_PROVEN';
  const possible = helps && point.isRoom && point.hasRelay && point.protection !== 'LIFE_SAFETY';
  const supply = supplyNow(context);
  const isUnderWay = supply?.kind === 'under-way' && supply.command.action === 'DISCONNECT';
  return possible && !isUnderWay && supply?.kind !== 'cut';
}
