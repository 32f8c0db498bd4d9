import type { ScopeFilter } from '../../../db/queries/scope';
import type { Caller } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import type { AlarmSight } from '../../live/shapes';

/** What a viewer may do with one alarm. Screens hide what is false. */
export interface AlarmRights {
  readonly acknowledge: boolean;
  readonly assign: boolean;
  readonly note: boolean;
  readonly judge: boolean;
  readonly shelve: boolean;
  readonly reset: boolean;
  readonly outOfService: boolean;
  readonly cut: boolean;
  /** Ask for a bulk cut of all that hangs below a feeder. */
  readonly cutFeeder: boolean;
  readonly releaseCharge: boolean;
}

/** Rights at the place of an alarm. @param spacePath ids from the root to its space; null: it has no place */
export function alarmRights(
  caller: Caller,
  priority: number,
  spacePath: readonly number[] | null,
): AlarmRights {
  const may = (action: Action): boolean => mayAt(caller, action, spacePath);
  return {
    acknowledge: may('ACKNOWLEDGE_ALARM'),
    assign: may('ASSIGN_ALARM'),
    note: may('NOTE_ALARM'),
    judge: may('JUDGE_ALARM'),
    shelve: may(priority === 1 ? 'SHELVE_P1_ALARM' : 'SHELVE_ALARM'),
    reset: may('RESET_LATCH'),
    outOfService: may('OUT_OF_SERVICE') && (priority !== 1 || may('SHELVE_P1_ALARM')),
    cut: may('CUT'),
    cutFeeder: may('CUT_FEEDER'),
    releaseCharge: may('RELEASE_CHARGE'),
  };
}

/** What of an alarm the caller sees. @param spacePath as of `alarmRights` */
export function alarmSight(caller: Caller, spacePath: readonly number[] | null): AlarmSight {
  return { names: true, roomUse: mayAt(caller, 'VIEW_LIVE_ROOM', spacePath) };
}

/** Whether the caller may do something at the place of an alarm. @param spacePath as of `alarmRights` */
export function mayAt(caller: Caller, action: Action, spacePath: readonly number[] | null): boolean {
  const permission = caller.permission(action);
  return permission !== null && coversPath(permission.scope, spacePath);
}

/** Whether a place lies in a scope of spaces; what has no place lies in campus-wide scopes only. */
function coversPath(scope: ScopeFilter, spacePath: readonly number[] | null): boolean {
  if (scope.campusWide) return true;
  return spacePath?.some((id) => scope.spaceIds.includes(id)) ?? false;
}
