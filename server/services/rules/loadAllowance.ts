import { placePaths } from '../../../db/queries/alarmDetails';
import { type AlarmView, findAlarm } from '../../../db/queries/alarmViews';
import { listRuleSettings } from '../../../db/queries/ruleViews';
import { bandAround, withAllowedBand } from '../../../domain/detection/forbiddenLoad';
import type { SettingBody } from '../../../domain/detection/ruleSettings';
import { DomainError } from '../../../domain/errors';
import { type Caller, requireCampusWide } from '../../auth/caller';
import type { ReadDeps } from '../deps';

const RULE = 'FORBIDDEN_LOAD';

/** A band of watts that may be proposed as allowed in a room. */
export interface LoadAllowance {
  readonly space: string;
  readonly fromW: number;
  readonly toW: number;
}

/** What may be proposed as allowed after a forbidden load that was none; null: nothing, or not by this viewer. */
export function loadAllowance(
  caller: Caller,
  alarm: Pick<AlarmView, 'rule' | 'spaceCode' | 'evidence'>,
): LoadAllowance | null {
  const stepW = alarm.evidence.value;
  if (alarm.rule !== RULE || alarm.spaceCode === null || typeof stepW !== 'number') return null;
  if (caller.permission('TUNE_RULES')?.scope.campusWide !== true) return null;
  return { space: alarm.spaceCode, ...bandAround(stepW) };
}

/**
 * The settings to propose for the room of such an alarm: those in force there, of the nearest place that has some, and the band.
 * @throws DomainError forbidden; notFound/ALARM where there is none, or nothing to allow
 */
export async function readAllowance(
  deps: ReadDeps,
  caller: Caller,
  alarmId: number,
): Promise<{ readonly space: string; readonly body: SettingBody }> {
  const { scope } = requireCampusWide(caller, 'TUNE_RULES');
  const alarm = await findAlarm(deps.reader, scope, alarmId);
  const allowance = alarm && loadAllowance(caller, alarm);
  if (!allowance)
    throw new DomainError('notFound', 'ALARM', `Alarm ${alarmId} tells of no load to be allowed.`);
  const path = (await placePaths(deps.reader, scope.campusId, [allowance.space])).get(allowance.space) ?? [];
  const settings = (await listRuleSettings(deps.reader, scope)).filter(({ rule }) => rule === RULE);
  // Of each place the newest version comes first.
  const inForce = [...path.map(({ code }) => code).reverse(), null]
    .map((place) => settings.find(({ space }) => space === place))
    .find((found) => found !== undefined);
  return { space: allowance.space, body: withAllowedBand(inForce?.body ?? {}, allowance) };
}
