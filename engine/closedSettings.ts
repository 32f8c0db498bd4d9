import type { Database } from '../db/client';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import { isSwitchedOff } from '../domain/detection/ruleSettings';
import { NO_SETTINGS, type RuleBody } from '../domain/detection/streamingRule';
import { freshRegistry } from './registry';
import { settingsOf } from './streamRules';

/** Settings of a rule as they stand when a window is judged: no reading brings them along. */
export interface ClosedSettings {
  readonly bodyAt: (pointId: number) => RuleBody;
  readonly isOffAt: (pointId: number) => boolean;
  /** All settings of the rule on a campus, wherever they hold. */
  readonly bodiesOf: (campusId: number) => readonly RuleBody[];
}

export async function closedSettings(database: Database, rule: AlarmRuleCode): Promise<ClosedSettings> {
  const registry = await freshRegistry(database);
  const bodyAt = (pointId: number): RuleBody => {
    const point = registry.points.get(pointId);
    return point ? settingsOf(registry, point, rule) : NO_SETTINGS;
  };
  return {
    bodyAt,
    isOffAt: (pointId) => isSwitchedOff(rule, bodyAt(pointId)),
    bodiesOf: (campusId) =>
      (registry.campuses.get(campusId)?.ruleSettings.get(rule) ?? []).map(({ body }) => body),
  };
}
