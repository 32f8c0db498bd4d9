import type { Tx } from '../db/client';
import { rateSharesBetween } from '../domain/metering/rateShares';
import type { ChargeableInterval } from '../domain/metering/registerVerdict';
import { POST_AT_ONCE_BELOW_MICRO } from './accountWork';
import type { IngestWork } from './ingestWork';
import { type OpenAccounts, streamFor } from './openAccounts';
import { type MeterInterval, partOf, payerParts, ratePart } from './rateMeter';
import { type MeterEntry, type PointEntry, specOf } from './registry';

/** Adds the meter's own split over its rate registers, where both ends have them. */
export function withRates(
  meter: MeterEntry,
  interval: ChargeableInterval | MeterInterval,
  before: Readonly<Record<string, bigint | string>> | null,
  after: Readonly<Record<string, bigint | string>> | null,
): MeterInterval {
  const shares = rateSharesBetween(meter.ratePeriods, before, after);
  if (!shares) return interval;
  return { ...interval, rateRegisters: { shares, lsbMicro: specOf(meter).lsbMicro } };
}

/** Rates an interval into the streams of whoever pays for it. */
export async function rateInto(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  meter: MeterEntry,
  point: PointEntry,
  interval: MeterInterval,
): Promise<void> {
  for (const part of payerParts(work.registry, point, meter.utility, interval.fromMs, interval.toMs)) {
    const account = accounts.get(part.accountId);
    if (!account) continue;
    const rated = ratePart(account, meter, point, interval, part);
    const stream =
      account.stream(point.pointId, meter.billingChannel) ??
      (await streamFor(tx, account, point, meter.billingChannel));
    account.addInterval(
      stream,
      meter.meterId,
      partOf(interval, part),
      rated.pieces,
      rated.accruedBefore,
      work.now,
    );
    if (stream.window && account.available() < POST_AT_ONCE_BELOW_MICRO && account.unposted() > 0n)
      account.close(stream, work.now);
    if (rated.replayFromMs !== null)
      work.askReplay({
        accountId: account.row.id,
        utility: meter.utility,
        fromMs: rated.replayFromMs,
        toMs: null,
        pointId: null,
      });
  }
}
