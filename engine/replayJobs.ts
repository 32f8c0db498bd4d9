import type { Tx } from '../db/client';
import { type AcceptedReading, acceptedReadings, rateRegisters } from '../db/queries/ingest';
import type { AccountWork, StreamWork } from './accountWork';
import { withRates } from './rateInto';
import { byAccrualPeriod, type MeterInterval, type PayerPart, payerParts } from './rateMeter';
import { type MeterEntry, type Registry, specOf } from './registry';
import type { Stretch } from './replayTiles';

/** An interval of one of the account's meters, as this account pays for it. */
export interface ReplayJob {
  readonly stream: StreamWork;
  readonly meter: MeterEntry;
  readonly interval: MeterInterval;
  readonly part: PayerPart;
}

/** The accepted readings of each of a stream's meters over a stretch, with those just before and after it. */
export async function timelinesOf(
  tx: Tx,
  registry: Registry,
  stream: StreamWork,
  fromMs: number,
  toMs: number,
): Promise<Map<number, AcceptedReading[]>> {
  const timelines = new Map<number, AcceptedReading[]>();
  if (toMs <= fromMs) return timelines;
  for (const meterId of stream.point.meterIds) {
    const timeline = await acceptedReadings(tx.client, meterId, fromMs, toMs);
    withStart(registry.meters.get(meterId)!, timeline, fromMs);
    timelines.set(meterId, timeline);
  }
  return timelines;
}

/** What an account pays of a stretch, interval by interval. @param sinceMs what was used before stands as charged */
export async function jobsOf(
  tx: Tx,
  registry: Registry,
  account: AccountWork,
  { stream, endMs, timelines }: Stretch,
  sinceMs: number,
): Promise<ReplayJob[]> {
  const jobs: ReplayJob[] = [];
  for (const [meterId, timeline] of timelines) {
    const meter = registry.meters.get(meterId)!;
    const rates =
      meter.ratePeriods.length > 0 && timeline.length > 0
        ? await rateRegisters(tx.client, meterId, timeline[0]!.tsMs, timeline[timeline.length - 1]!.tsMs)
        : null;
    for (let i = 1; i < timeline.length; i++) {
      const from = timeline[i - 1]!;
      const to = timeline[i]!;
      if (to.quantityMicro === null || from.epoch !== to.epoch) continue;
      const interval = withRates(
        meter,
        {
          epoch: to.epoch,
          fromMs: from.tsMs,
          toMs: to.tsMs,
          fromMicro: from.valueMicro,
          toMicro: to.valueMicro,
          quantityMicro: to.quantityMicro,
        },
        rates?.get(from.tsMs) ?? null,
        rates?.get(to.tsMs) ?? null,
      );
      const clipFrom = Math.max(interval.fromMs, sinceMs);
      const clipTo = Math.min(interval.toMs, endMs);
      if (clipTo <= clipFrom) continue;
      for (const part of payerParts(registry, stream.point, meter.utility, clipFrom, clipTo))
        if (part.accountId === account.row.id)
          for (const period of byAccrualPeriod(part, account.free(meter.utility) !== null))
            jobs.push({ stream, meter, interval, part: period });
    }
  }
  return jobs;
}

/**
 * The start register of an installation bounds the first interval, though no reading says so: the one whose use leads from
 * there to the first reading. Where that reading is no longer kept, the oldest one that is tells of its own interval alone.
 */
function withStart(meter: MeterEntry, timeline: AcceptedReading[], fromMs: number): void {
  const install = meter.installs.find((span) => span.startMicro !== null && span.fromMs >= fromMs - 1);
  const first = meter.installs.find((span) => span.startMicro !== null);
  const start = install ?? first;
  const head = timeline[0];
  if (
    !start ||
    start.startMicro === null ||
    !head ||
    head.quantityMicro === null ||
    head.tsMs <= start.fromMs
  )
    return;
  if (head.tsMs <= fromMs) return;
  const climbed = head.valueMicro - start.startMicro;
  const { modulusMicro } = specOf(meter);
  if ((climbed < 0n && modulusMicro !== null ? climbed + modulusMicro : climbed) !== head.quantityMicro)
    return;
  timeline.unshift({
    tsMs: start.fromMs,
    valueMicro: start.startMicro,
    epoch: head.epoch,
    quantityMicro: null,
  });
}
