import type { Database } from '../db/client';
import type { AlarmRuleCode } from '../domain/alarms/alarmCatalogue';
import type { DetectionSignal } from '../domain/detection/detectionRule';
import type { RuleBody } from '../domain/detection/streamingRule';
import type { AlarmSignal } from './applyAlarmEvent';
import { closedSettings } from './closedSettings';
import { subjectAt } from './detect';

interface Feeder {
  readonly pointId: number;
  readonly pointCode: string;
  readonly campusId: number;
  readonly spaceId: number;
}

/** What a rule says of each of these feeders, by what is set where it stands. */
export async function judgeFeeders<Row extends Feeder>(
  database: Database,
  rule: AlarmRuleCode,
  feeders: readonly Row[],
  judge: (
    feeder: Row,
    set: { readonly off: boolean; readonly body: RuleBody },
  ) => DetectionSignal | null | Promise<DetectionSignal | null>,
): Promise<AlarmSignal[]> {
  if (feeders.length === 0) return [];
  const settings = await closedSettings(database, rule);
  const signals: AlarmSignal[] = [];
  for (const feeder of feeders) {
    const { pointId, pointCode } = feeder;
    const signal = await judge(feeder, { off: settings.isOffAt(pointId), body: settings.bodyAt(pointId) });
    if (!signal) continue;
    const { kind, at, value, limit, unit, detail } = signal;
    signals.push({
      rule,
      subject: subjectAt(feeder),
      kind,
      atMs: at,
      evidence: { value, limit, unit, point: pointCode, ...detail },
    });
  }
  return signals;
}
