import { type Database, withTransaction } from '../db/client';
import { insertLimitChange } from '../db/queries/limitChanges';
import { DomainError, invalid } from '../domain/errors';
import { OWN_LIMIT_LEAST_W, type OwnLimitFault, ownLimitFault } from '../domain/supply/ownLimit';
import type { Closing, EngineContext } from './context';
import { refusedSwitch } from './refusedSwitch';
import { currentRegistry } from './registry';
import { needsMeter } from './requestSupply';
import { loadLimitAt } from './streamRules';
import { SupplyDesk } from './supplyDesk';

export interface OwnLimitAsk {
  readonly campusId: number;
  /** A point of the resident's own room; the caller checked it. */
  readonly pointCode: string;
  /** W; null: back to the staff's cap. */
  readonly limitW: number | null;
  readonly actor: string;
  readonly actorId: string | null;
  /** In the resident's words; null: none is given. */
  readonly reason: string | null;
}

/** What is sent, and what it comes from; W, null: the cap alone. */
export interface OwnLimitAsked {
  readonly commandId: string;
  readonly fromW: number | null;
  readonly capW: number;
}

/**
 * A resident asks the meter of the own room to hold another load limit, or the staff's cap again. It is in force once the command is
 * verified (`settleLimits`); until then the limit of before holds.
 * @throws DomainError notFound/POINT; refused/NO_LOAD_LIMIT, LIFE_SAFETY, NO_METER, OFFLINE; conflict/LIMIT_UNDER_WAY, NOTHING_TO_DO;
 *   invalid/TOO_LOW, ABOVE_CAP, NOT_WHOLE
 */
export async function setOwnLimit(
  database: Database,
  ctx: EngineContext,
  ask: OwnLimitAsk,
  closing?: Closing<OwnLimitAsked>,
): Promise<OwnLimitAsked> {
  return withTransaction(database, async (tx) => {
    const registry = await currentRegistry(database, tx);
    const point = [...registry.points.values()].find(
      (one) => one.campusId === ask.campusId && one.pointCode === ask.pointCode,
    );
    if (!point) throw new DomainError('notFound', 'POINT', `There is no meter point ${ask.pointCode}.`);
    const limit = loadLimitAt(registry, point);
    if (limit === null || point.utility !== 'ELECTRICITY')
      throw new DomainError('refused', 'NO_LOAD_LIMIT', `${ask.pointCode} has no load limit.`);
    const capW = Math.floor(limit.capW);
    const fault = ask.limitW === null ? null : ownLimitFault(ask.limitW, capW);
    if (fault) throw invalid('/limitW', fault, faultWords(fault, capW));
    const desk = new SupplyDesk(tx, ctx, registry);
    await desk.open([point.pointId]);
    if (desk.interlockContext(point.pointId, null).protection === 'LIFE_SAFETY')
      throw refusedSwitch({ verdict: 'REFUSED', reason: 'LIFE_SAFETY', facts: {} });
    if (desk.context(point.pointId).meterId === null)
      throw new DomainError('refused', 'NO_METER', `No meter is fitted at ${ask.pointCode}.`);
    if (desk.liveCommands(point.pointId).some(({ op }) => op === 'set_limit'))
      throw new DomainError('conflict', 'LIMIT_UNDER_WAY', 'Another limit is on its way to the meter.');
    if (ask.limitW === point.ownLimitW)
      throw new DomainError('conflict', 'NOTHING_TO_DO', 'The limit is as asked already.');
    needsMeter(desk, point);
    const commandId = await desk.queueOther(
      point.pointId,
      'set_limit',
      { w: ask.limitW ?? capW },
      {
        ...{ origin: 'RESIDENT', actorId: ask.actorId, actor: ask.actor },
        ...{ why: 'own_limit', cause: 'LIMIT' },
      },
    );
    const asked = { commandId, fromW: point.ownLimitW, capW };
    await insertLimitChange(tx.client, {
      ...asked,
      ...{ campusId: ask.campusId, pointId: point.pointId, byResident: true },
      ...{ actor: ask.actor, reason: ask.reason, toW: ask.limitW, askedMs: desk.now },
    });
    await desk.flush();
    closing?.(tx, asked);
    return asked;
  });
}

function faultWords(fault: OwnLimitFault, capW: number): string {
  switch (fault) {
    case 'NOT_WHOLE':
      return 'limitW must be a whole number of watts.';
    case 'TOO_LOW':
      return `limitW must be at least ${OWN_LIMIT_LEAST_W} W.`;
    case 'ABOVE_CAP':
      return `limitW must not be above the cap of ${capW} W that staff set.`;
  }
}
