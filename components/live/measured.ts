'use client';

import type { SwitchPosition } from '../../domain/supply/supplyState';
import { useLiveBalance, useLiveMeter } from './hooks';

/** A point as a page read it, before anything was streamed. */
interface PointRead {
  readonly meterCode: string | null;
  readonly lastMs: number | null;
  readonly lastRxMs: number | null;
  readonly observed: SwitchPosition;
  readonly values: {
    readonly powerW: number | null;
    readonly voltageV: number | null;
    readonly currentA: number | null;
  } | null;
}

/** An account as a page read it; money is null for a viewer without the right to it. */
interface AccountRead {
  readonly code: string;
  readonly money: {
    readonly availableMicro: string;
    readonly ledgerMicro: string;
    readonly unpostedMicro: string;
  } | null;
}

/** The point as its newest report shows it: position, when it was measured and arrived, and values. */
export function useMeasured(point: PointRead) {
  const row = useLiveMeter(point.meterCode ?? '');
  const newer = row !== null && (point.lastMs === null || row[1] >= point.lastMs);
  const contact = newer ? row[4] : null;
  return {
    position: contact === 1 ? ('CLOSED' as const) : contact === 0 ? ('OPEN' as const) : point.observed,
    at: newer ? row[1] : point.lastMs,
    rxAt: newer ? row[2] : point.lastRxMs,
    powerW: newer ? row[3] : (point.values?.powerW ?? null),
    voltageV: newer ? row[5] : (point.values?.voltageV ?? null),
    currentA: newer ? row[6] : (point.values?.currentA ?? null),
  };
}

/** Money of an account by the stream, else as the page was read; null for a viewer without the right to it. */
export function useNewestMoney(account: AccountRead) {
  const streamed = useLiveBalance(account.code);
  if (!account.money) return null;
  return {
    availableMicro: streamed?.availableMicro ?? account.money.availableMicro,
    ledgerMicro: streamed?.ledgerMicro ?? account.money.ledgerMicro,
    unpostedMicro: streamed?.unpostedMicro ?? account.money.unpostedMicro,
  };
}
