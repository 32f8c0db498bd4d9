import type { GatewayFactsRow, InspectedSpan, MeterFactsRow } from '../db/queries/deviceFacts';
import type { GatewayFacts } from '../domain/inspection/gatewayChecks';
import type { MeterFacts, SensorFacts } from '../domain/inspection/meterChecks';
import { type ClockState, clockDrift, DRIFT_ALARM_MS } from '../domain/metering/quality';
import { desiredSupply, type SupplyReason, type SwitchPosition } from '../domain/supply/supplyState';

const DAY_MS = 86_400_000;
/** Of a valve, as on the wire. */
const VALVE_FAULT = 3;

/** What is stored of a meter's day, as its checks take it. */
export function meterFactsOf(
  row: MeterFactsRow,
  { fromMs, toMs, nowMs }: InspectedSpan,
  campusShare: number | null,
): MeterFacts {
  const drift = row.drift as ClockState | null;
  const { changedMs, reasonSinceMs } = row;
  return {
    fromMs: Math.max(fromMs, row.fittedMs),
    dueFromMs: Math.min(toMs, Math.max(fromMs, row.heardMs)),
    toMs,
    nowMs,
    intervalMs: row.intervalS * 1_000,
    electric: row.electric,
    lastRxMs: row.lastRxMs,
    readings: row.readings,
    lost: row.lost,
    restarts: row.restarts,
    campusShare,
    darkAbove: row.darkAbove,
    clock: {
      driftMs: drift === null ? null : clockDrift(drift),
      settled: drift === null,
      none: row.byArrival && !(drift?.forcedRx ?? false),
    },
    switch: {
      present: row.hasRelay || row.relay !== null || row.valve !== null,
      position: positionOf(row),
      positionMs: row.positionMs,
      valveFault: row.relay === null && row.valve === VALVE_FAULT,
      powerW: row.electric ? row.powerW : null,
      wanted: desiredSupply(row.reasons as SupplyReason[]),
      standsSinceMs:
        changedMs === null && reasonSinceMs === null ? null : Math.max(changedMs ?? 0, reasonSinceMs ?? 0),
      explained: row.explained,
      lastProven: row.lastProven,
      failed: row.failed,
      operations: row.operations,
    },
    register: {
      quantity: row.quantity,
      byPowerKwh: row.electric ? row.byPowerKwh : null,
      step: row.step,
      falls: row.falls,
      held: row.held,
      refused: row.refused,
    },
    sensors: {
      hours: row.hours,
      seen: row.seen,
      expected: (row.sensors ?? {}) as SensorFacts['expected'],
      detectorFault: row.detectorFault,
    },
  };
}

function positionOf({ relay, valve }: MeterFactsRow): SwitchPosition {
  const contact = relay ?? (valve === 0 || valve === 1 ? valve : null);
  if (contact === null) return 'UNKNOWN';
  return contact === 1 ? 'CLOSED' : 'OPEN';
}

/** What is stored of a gateway's day, as its checks take it. */
export function gatewayFactsOf(row: GatewayFactsRow, { fromMs, toMs, nowMs }: InspectedSpan): GatewayFacts {
  const drifting = row.clocks.filter((one) => Math.abs(clockDrift(one as ClockState) ?? 0) > DRIFT_ALARM_MS);
  return {
    dayMs: toMs - fromMs,
    heard: row.heard,
    awayMs: row.awayMs,
    absences: row.absences,
    metersHeard: row.metersHeard,
    metersDrifting: drifting.length,
    credentialDays:
      row.credentialMs === null ? null : Math.floor(Math.max(0, nowMs - row.credentialMs) / DAY_MS),
    keepsCredentials: row.keepsCredentials,
  };
}
