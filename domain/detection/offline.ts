import type { DetectionRule } from './detectionRule';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
const SILENT_INTERVALS = 3;
const SILENT_MIN_MS = 5 * MINUTE_MS;
const GATEWAY_OFFLINE_MS = 60_000;

/** How long a meter may be silent before it counts as offline: three intervals, at least 5 min. */
export function silentAfterMs(intervalMs: number): number {
  return Math.max(SILENT_INTERVALS * intervalMs, SILENT_MIN_MS);
}

/** What is known of a meter at `at` (ms UTC). `lastHeardAt` is the arrival of its newest message; null = never heard. */
export interface MeterSilence {
  readonly at: number;
  readonly lastHeardAt: number | null;
}

export interface MeterOfflineState {
  /** The silence that was told as a notice, by the `lastHeardAt` it began at; null while heard. */
  readonly noticedSince: number | null;
  readonly active: boolean;
}

export interface MeterOfflineParams {
  readonly intervalMs: number;
  /** From when a meter that was never heard is expected to report (ms UTC): its installation. */
  readonly expectedSince: number;
}

/**
 * A silent meter: P3 after 24 h, and not before, because one late meter is a notice. Judged by the clock, not by a reading,
 * as silence has none; returns with the first message. `meterNoticeDue` tells when the notice is due.
 */
export const meterOfflineRule: DetectionRule<MeterSilence, MeterOfflineState, MeterOfflineParams> = {
  code: 'METER_OFFLINE',
  initial: { noticedSince: null, active: false },
  step: (state, { at, lastHeardAt }, params) => {
    const since = Math.max(lastHeardAt ?? params.expectedSince, params.expectedSince);
    const silentMs = at - since;
    const noticedSince = silentMs >= silentAfterMs(params.intervalMs) ? since : null;
    const active = silentMs >= DAY_MS && silentMs >= silentAfterMs(params.intervalMs);
    const kind = active === state.active ? null : active ? ('RAISE' as const) : ('RETURN' as const);
    const signal = kind && { kind, at, priority: null, value: silentMs, limit: DAY_MS };
    return { state: { noticedSince, active }, signal };
  },
};

/** True when a step began a silence that has not been told yet: send the notice, unless the meter's gateway is down. */
export function meterNoticeDue(before: MeterOfflineState, after: MeterOfflineState): boolean {
  return after.noticedSince !== null && after.noticedSince !== before.noticedSince;
}

/** Status of a gateway at `at`: from its retained status and last will. */
export interface GatewayStatus {
  readonly at: number;
  readonly online: boolean;
}

export interface GatewayOfflineState {
  readonly offlineSince: number | null;
  readonly active: boolean;
}

/** A gateway that said or willed offline for 60 s: one P2 for all its meters. Step it on status messages and by the clock. */
export const gatewayOfflineRule: DetectionRule<GatewayStatus, GatewayOfflineState, Record<string, never>> = {
  code: 'GATEWAY_OFFLINE',
  initial: { offlineSince: null, active: false },
  step: (state, { at, online }) => {
    if (online) {
      const signal = state.active
        ? { kind: 'RETURN' as const, at, priority: null, value: null, limit: null }
        : null;
      return { state: { offlineSince: null, active: false }, signal };
    }
    const offlineSince = state.offlineSince ?? at;
    const offlineMs = at - offlineSince;
    if (state.active || offlineMs < GATEWAY_OFFLINE_MS)
      return { state: { offlineSince, active: state.active }, signal: null };
    return {
      state: { offlineSince, active: true },
      signal: { kind: 'RAISE', at, priority: null, value: offlineMs, limit: GATEWAY_OFFLINE_MS },
    };
  },
};

/** What suppresses a meter's own alarms by design while its gateway is down; null while it is not. */
export function suppressedByGateway(gatewayCode: string | null, gateway: GatewayOfflineState): string | null {
  return gatewayCode !== null && gateway.active ? `gateway:${gatewayCode}` : null;
}
