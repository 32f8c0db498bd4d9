import type { CommandAction } from '../../../contracts/restSupply';
import { commandsByIds } from '../../../db/queries/commandViews';
import { findPointPlace } from '../../../db/queries/pointViews';
import { DomainError } from '../../../domain/errors';
import type { CommandState } from '../../../domain/supply/commandMachine';
import { hazardCause } from '../../../domain/supply/hazardCause';
import { requestSupply, type SupplyHazard } from '../../../engine/requestSupply';
import type { HoldAdded, HoldLifted, SupplyAnswer, SupplyCommanded } from '../../../engine/supplyAnswer';
import { type Caller, requirePermission } from '../../auth/caller';
import type { Action } from '../../auth/permissions';
import { alarmFor } from '../alarms/actOnAlarm';
import { auditAct } from '../auditAct';
import type { ReadDeps, ServiceDeps } from '../deps';
import { namedRefusal } from './namedRefusal';

/** Which permission each act on supply needs. */
export const SUPPLY_PERMISSION: Readonly<Record<CommandAction, Action>> = {
  disconnect: 'CUT',
  closeValve: 'CUT',
  connect: 'RESTORE',
  openValve: 'RESTORE',
  arm: 'RESTORE',
  setLimit: 'SET_LIMIT',
  read: 'READ_NOW',
};

export interface SupplyChange {
  readonly pointCode: string;
  readonly action: CommandAction;
  readonly reason: string;
  /** W, for setLimit. */
  readonly limitW?: number;
  /** Alarm out of which the point is cut: the cut is for safety then, and goes out without waiting. */
  readonly alarmId?: number;
  /** Time in which the command may be taken back, ms; default none. */
  readonly holdMs?: number;
  /** Answers the refusal MAPPING_CHANGED: the caller has made sure that the new meter feeds this place. */
  readonly mappingConfirmed?: boolean;
  /** The request to restore that this answers. */
  readonly answersRequest?: string;
}

/**
 * The command with its state; or, of a restore where supply is on already, the reasons that no longer hold the point; or, of a cut where
 * it is off already, the one that holds it besides.
 */
export type SupplyChangeAnswer =
  | (SupplyCommanded & { readonly state: CommandState })
  | HoldLifted
  | HoldAdded;

/**
 * One operator's act on one meter point, checked for role and scope, and audited.
 * @throws DomainError `forbidden`, `notFound`, `refused` with the interlock's name, `conflict` `NOTHING_TO_DO`
 */
export async function requestSupplyChange(
  deps: ServiceDeps,
  caller: Caller,
  input: SupplyChange,
): Promise<SupplyChangeAnswer> {
  const action = SUPPLY_PERMISSION[input.action];
  const { scope, grant } = requirePermission(caller, action);
  const point = await findPointPlace(deps.reader, scope, input.pointCode);
  if (!point) throw new DomainError('notFound', 'METER_POINT', `There is no meter point ${input.pointCode}.`);
  const personId = caller.user === null ? null : String(caller.user.id);
  if (point.role === 'FEEDER' && input.action !== 'read') {
    throw new DomainError(
      'refused',
      'SECOND_PERSON_NEEDED',
      'A feeder is switched by two persons: ask for a bulk job.',
    );
  }
  const hazard = await hazardOf(deps, caller, input);
  const answer = await namedRefusal(deps.reader, () =>
    requestSupply(
      deps.database,
      deps.engine,
      {
        campusId: scope.campusId,
        pointCode: input.pointCode,
        action: input.action,
        actor: caller.actor,
        actorId: personId,
        answerable: caller.answerable,
        reason: input.reason,
        ...(hazard === null ? {} : { hazard }),
        limitW: input.limitW,
        holdMs: input.holdMs,
        underOwnTag: grant === 'OWN_TAG',
        mappingConfirmed: input.mappingConfirmed,
        answersRequest: input.answersRequest,
        originId: input.alarmId === undefined ? undefined : `alarm:${input.alarmId}`,
      },
      (tx, done) =>
        auditAct(tx, deps, caller, {
          action: auditedAs(input.action, done),
          target: `point:${input.pointCode}`,
          ...('lifted' in done ? { before: { held: [...done.lifted] } } : {}),
          after: {
            command: done.commandId,
            reason: input.reason,
            cause: hazard === null ? 'MANUAL' : 'SAFETY',
            ...(input.mappingConfirmed ? { mappingConfirmed: 'true' } : {}),
          },
        }),
    ),
  );
  if (answer.commandId === null) return answer;
  const [command] = await commandsByIds(deps.reader, [answer.commandId]);
  return { ...answer, state: command?.state ?? 'QUEUED' };
}

function auditedAs(action: CommandAction, done: SupplyAnswer): string {
  if ('lifted' in done) return 'SUPPLY_HOLD_LIFTED';
  return 'held' in done ? 'SUPPLY_HOLD_ADDED' : `SUPPLY_${action.toUpperCase()}`;
}

/** A cut out of an active alarm at this very point is for safety; everything else is a person's wish. */
async function hazardOf(deps: ReadDeps, caller: Caller, input: SupplyChange): Promise<SupplyHazard | null> {
  const isCut = input.action === 'disconnect' || input.action === 'closeValve';
  if (input.alarmId === undefined || !isCut) return null;
  const alarm = await alarmFor(deps, caller, 'VIEW_ALARMS', input.alarmId);
  if (alarm.pointCode !== input.pointCode) {
    throw new DomainError('invalid', 'ALARM_ELSEWHERE', 'This alarm stands at another point.', {
      field: '/alarmId',
    });
  }
  const cause = alarm.active ? hazardCause(alarm.rule) : null;
  return cause === null ? null : { cause, alarmId: alarm.id };
}
