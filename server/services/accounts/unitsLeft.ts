import { accruedQuantity } from '../../../db/queries/myRoom';
import type { ScopeFilter } from '../../../db/queries/scope';
import { accountTariffBook } from '../../../db/queries/tariffBooks';
import { unitsFor } from '../../../domain/tariffs/unitsFor';
import type { CampusZone } from '../../../domain/time/campusTime';
import type { ReadDeps } from '../deps';

/**
 * How many µkWh the credit of an account buys at today's prices, from the tier in which it stands: the one figure that the resident
 * and staff read. Null for an account that holds units, where nothing is charged, and where a kWh costs nothing.
 */
export async function unitsLeft(
  deps: ReadDeps,
  scope: ScopeFilter,
  account: {
    readonly id: number;
    readonly code: string;
    readonly unit: string | null;
    readonly availableMicro: bigint;
  },
  zone: CampusZone,
  nowMs: number,
): Promise<bigint | null> {
  if (account.unit !== null) return null;
  const book = await accountTariffBook(deps.reader, scope, account.code, 'ELECTRICITY', zone, nowMs);
  if (!book || nowMs < book.startMs) return null;
  const periodStartMs = book.at(nowMs).accrualStartMs ?? 0;
  const quantityMicro = await accruedQuantity(deps.reader, account.id, 'ELECTRICITY', periodStartMs);
  return unitsFor(book, { periodStartMs, quantityMicro }, nowMs, account.availableMicro);
}
