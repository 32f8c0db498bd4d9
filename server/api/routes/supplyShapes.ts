import type { z } from 'zod';
import type { pointSupplySchema, RestCommand, RestMeterPoint } from '../../../contracts/restSupply';
import type { AccountPointRow } from '../../../db/queries/accountViews';
import type { CommandView } from '../../../db/queries/commandViews';
import type { LoadLimitRow } from '../../../db/queries/limitChanges';
import type { PointView } from '../../../db/queries/pointViews';
import { limitInForce } from '../../../domain/supply/ownLimit';
import { desiredSupply, type SupplyReason } from '../../../domain/supply/supplyState';
import { textFromMicro } from '../../../domain/units';
import { measuredSupply } from '../../services/supply/measuredSupply';
import { instantsOf, type RestContext } from '../restApp';

/** Rows of points and commands in the shapes of the REST interface. */

type Reasons = AccountPointRow['reasons'];

function reasonsOf(reasons: Reasons, c: RestContext) {
  const { at } = instantsOf(c);
  return Object.entries(reasons).map(([reason, held]) => ({
    reason,
    cause: held.cause ?? null,
    since: at(held.sinceMs),
  }));
}

function wantedOf(reasons: Reasons) {
  return desiredSupply(Object.keys(reasons) as SupplyReason[]);
}

export function supplyOf(row: AccountPointRow, c: RestContext): z.infer<typeof pointSupplySchema> {
  return {
    code: row.code,
    utility: row.utility,
    measured: row.observed,
    measuredAt: instantsOf(c).maybe(row.observedMs),
    wanted: wantedOf(row.reasons),
    reasons: reasonsOf(row.reasons, c),
  };
}

/** @param limit null: the point has no load limit */
export function meterPointOf(
  row: PointView,
  limit: LoadLimitRow | null,
  nowMs: number,
  c: RestContext,
): RestMeterPoint {
  const ownW = limit?.own?.w ?? null;
  const { at, maybe } = instantsOf(c);
  const ageOf = (ms: number | null) => (ms === null ? null : Math.max(0, Math.round(nowMs - ms)));
  const measured = measuredSupply(row);
  return {
    code: row.code,
    name: row.name,
    space: row.spaceCode,
    utility: row.utility,
    role: row.role,
    account: row.accountCode,
    meter: row.meterCode,
    gateway: row.gatewayCode,
    measured: {
      supply: measured.position,
      at: maybe(measured.measuredAt),
      ageMs: ageOf(measured.measuredAt),
    },
    wanted: {
      supply: wantedOf(row.reasons),
      command: row.commandId,
      commandState: row.commandState as RestMeterPoint['wanted']['commandState'],
    },
    blocks: {
      reasons: reasonsOf(row.reasons, c),
      protection: row.protection,
      protectionOwner: row.protectionOwner,
      protectionPhone: row.protectionPhone,
      tags: row.tags.map((tag) => ({ by: tag.by, since: at(tag.sinceMs), note: tag.note })),
      armedBy: row.armedBy,
    },
    values: {
      at: maybe(row.lastMs),
      receivedAt: maybe(row.lastRxMs),
      ageMs: ageOf(row.lastRxMs),
      register: row.registerMicro === null ? null : textFromMicro(row.registerMicro),
      powerW: row.powerW,
      voltageV: row.voltageV,
      currentA: row.currentA,
      powerFactor: row.powerFactor,
      flowM3h: row.flowM3h,
      relay: row.relay === 0 || row.relay === 1 ? row.relay : null,
      valve: row.valve,
    },
    limitW: row.limitW,
    limitInForceW: limit && limitInForce(limit.capW, ownW),
    limitSource: limit && (ownW !== null && ownW < limit.capW ? 'RESIDENT' : 'STAFF'),
    limitCapW: limit?.capW ?? null,
    capacityW: row.capacityW,
  };
}

export function commandOf(row: CommandView, c: RestContext): RestCommand {
  const { at, maybe } = instantsOf(c);
  return {
    id: row.id,
    point: row.pointCode,
    meter: row.meterCode,
    op: row.op,
    state: row.state,
    cause: row.cause,
    reason: row.why,
    actor: row.actor,
    automatic: row.automatic,
    createdAt: at(row.createdMs),
    expiresAt: at(row.expiresMs),
    finishedAt: maybe(row.finishedMs),
    result: row.resultCode,
    timeline: row.steps.map((step) => ({
      at: at(step.atMs),
      event: step.event,
      from: step.from,
      to: step.to,
      actor: step.actor,
    })),
  };
}
