'use client';

import type { LiveCommand } from '../../contracts/liveEvents';
import { useLiveBalance, useLiveMeter, usePointCommand } from '../live/hooks';
import type { RoomAccount, RoomPoint } from './roomData';

/** The newest switching command of the point, by the stream, else as the page was read. */
export function useNewestCommand(point: RoomPoint): LiveCommand | null {
  const streamed = usePointCommand(point.code);
  const read = point.command;
  if (!streamed || streamed.action === 'READ') return read;
  if (!read || streamed.createdAt > read.createdAt) return streamed;
  return streamed.changedAt >= read.changedAt ? streamed : read;
}

/** The point as its newest report shows it: position, when it was measured and arrived, and values. */
export function useMeasured(point: RoomPoint) {
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
export function useNewestMoney(account: RoomAccount) {
  const streamed = useLiveBalance(account.code);
  if (!account.money) return null;
  return {
    availableMicro: streamed?.availableMicro ?? account.money.availableMicro,
    ledgerMicro: streamed?.ledgerMicro ?? account.money.ledgerMicro,
    unpostedMicro: streamed?.unpostedMicro ?? account.money.unpostedMicro,
  };
}
