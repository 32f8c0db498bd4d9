import type { Tx } from '../db/client';
import { isRejectedAt } from '../db/queries/chargeRejections';
import {
  type AcceptedReading,
  acceptedReadings,
  amendReadings,
  insertReadings,
  insertRegisterReadings,
  mergeReading,
  type ReadingRow,
} from '../db/queries/ingest';
import { checkLate } from '../domain/metering/lateReading';
import type { IngestWork, ResolvedReading, WatchedMeter } from './ingestWork';
import type { OpenAccounts } from './openAccounts';
import { payerParts } from './rateMeter';
import { specOf } from './registry';
import { rowOf } from './resolveReadings';

/**
 * Puts readings that are older than their meter's newest into their place: the interval that enclosed them is divided,
 * and the charges over it are to be built again. The registers rule: no quantity is gained or lost, only its place in time.
 */
export async function settleLateReadings(tx: Tx, work: IngestWork, accounts: OpenAccounts): Promise<void> {
  const byMeter = new Map<WatchedMeter, ResolvedReading[]>();
  for (const one of work.late) {
    const list = byMeter.get(one.work);
    if (list) list.push(one);
    else byMeter.set(one.work, [one]);
  }
  for (const [watched, list] of byMeter) await settleMeter(tx, work, accounts, watched, list);
}

async function settleMeter(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  watched: WatchedMeter,
  late: readonly ResolvedReading[],
): Promise<void> {
  const { meter, state } = watched;
  const firstMs = late[0]!.tsMs;
  const lastMs = late[late.length - 1]!.tsMs;
  const timeline = await acceptedReadings(tx.client, meter.meterId, firstMs, lastMs);
  const installed = startOf(watched);
  if (installed && !timeline.some((r) => r.tsMs <= firstMs)) timeline.unshift(installed);
  const amended = new Map<number, AcceptedReading>();
  const rows: ReadingRow[] = [];
  let fromMs = Number.POSITIVE_INFINITY;
  let toMs = Number.NEGATIVE_INFINITY;
  for (const one of late) {
    const at = timeline.findIndex((r) => r.tsMs > one.tsMs);
    const nextAt = at === -1 ? timeline.length : at;
    const prev = timeline[nextAt - 1] ?? null;
    const next = timeline[nextAt] ?? null;
    if (
      prev &&
      next &&
      prev.epoch !== next.epoch &&
      (await isRejectedAt(tx.client, meter.meterId, one.tsMs))
    ) {
      work.refuse(one.incoming, meter, 'CHARGE_REJECTED', 'A person rejected what was counted then.', {
        tsMs: one.tsMs,
        field: `/${meter.billingChannel.toLowerCase()}`,
      });
      continue;
    }
    const sameEpoch = prev && next && prev.epoch === next.epoch ? next : prev ? null : next;
    const verdict = checkLate(
      specOf(meter),
      prev,
      { tsMs: one.tsMs, valueMicro: one.valueMicro! },
      sameEpoch,
      installed !== null,
    );
    const row = rowOf(one);
    row.epoch = (prev ?? next)?.epoch ?? row.epoch;
    if (verdict.kind === 'QUARANTINE') {
      work.refuse(
        one.incoming,
        meter,
        verdict.reason,
        'Arrived late and does not fit between its neighbours in time.',
        { tsMs: one.tsMs, field: `/${meter.billingChannel.toLowerCase()}` },
      );
      continue;
    }
    work.accepted++;
    rows.push(row);
    if (verdict.kind === 'JITTER') {
      row.quality = 4;
      continue;
    }
    const before = verdict.parts.find((p) => p.toMs === one.tsMs);
    const after = verdict.parts.find((p) => p.fromMs === one.tsMs);
    row.quantityMicro = before?.quantityMicro ?? null;
    const own: AcceptedReading = {
      tsMs: one.tsMs,
      valueMicro: one.valueMicro!,
      epoch: row.epoch,
      quantityMicro: row.quantityMicro,
    };
    timeline.splice(nextAt, 0, own);
    if (next && after) {
      work.addToHour(meter.meterId, next.tsMs, {
        quantityMicro: after.quantityMicro - (next.quantityMicro ?? 0n),
        readings: 0,
      });
      next.quantityMicro = after.quantityMicro;
      amended.set(next.tsMs, next);
    }
    if (verdict.kind === 'NEW_BASELINE') state.firstMs = one.tsMs;
    fromMs = Math.min(fromMs, prev?.tsMs ?? one.tsMs);
    toMs = Math.max(toMs, next?.tsMs ?? one.tsMs);
  }
  await writeLate(tx, work, watched, late, rows, amended);
  if (toMs > fromMs) requestReplays(work, accounts, watched, fromMs, toMs);
}

/** The given start register of the installation, as the first point of the timeline. */
function startOf({ meter }: WatchedMeter): AcceptedReading | null {
  const first = meter.installs[0];
  if (first?.startMicro == null) return null;
  return { tsMs: first.fromMs, valueMicro: first.startMicro, epoch: 1, quantityMicro: null };
}

async function writeLate(
  tx: Tx,
  work: IngestWork,
  { meter }: WatchedMeter,
  late: readonly ResolvedReading[],
  rows: readonly ReadingRow[],
  amended: ReadonlyMap<number, AcceptedReading>,
): Promise<void> {
  // A late reading may itself be the next one of another: its row then takes the amended quantity.
  for (const row of rows) row.quantityMicro = amended.get(row.tsMs)?.quantityMicro ?? row.quantityMicro;
  const completedMs = new Set(late.filter((one) => work.completes.has(one)).map(({ tsMs }) => tsMs));
  const completing = rows.filter(({ tsMs }) => completedMs.has(tsMs));
  await insertReadings(
    tx.client,
    rows.filter((row) => !completing.includes(row)),
  );
  for (const row of completing) await mergeReading(tx.client, row);
  for (const row of rows) {
    if (row.quality !== 4 && row.quantityMicro !== null && !amended.has(row.tsMs))
      work.addToHour(row.meterId, row.tsMs, {
        quantityMicro: row.quantityMicro,
        powerW: row.powerW,
        readings: 1,
      });
    else work.addToHour(row.meterId, row.tsMs, { quantityMicro: 0n, powerW: row.powerW, readings: 1 });
  }
  await insertRegisterReadings(
    tx.client,
    late.flatMap((one) => one.others.map((other) => ({ meterId: meter.meterId, tsMs: one.tsMs, ...other }))),
  );
  await amendReadings(
    tx.client,
    [...amended.values()]
      .filter((r) => !rows.some((row) => row.tsMs === r.tsMs))
      .map((r) => ({
        meterId: meter.meterId,
        tsMs: r.tsMs,
        quantityMicro: r.quantityMicro,
        epoch: r.epoch,
        quality: 0,
      })),
  );
}

/** Asks for all charges of the meter's payers over (fromMs, toMs] to be built again; of their periods, where tiers move. */
export function requestReplays(
  work: IngestWork,
  accounts: OpenAccounts,
  { meter, state }: WatchedMeter,
  fromMs: number,
  toMs: number,
): void {
  if (!meter.point) return;
  for (const part of payerParts(work.registry, meter.point, meter.utility, fromMs, toMs)) {
    const account = accounts.get(part.accountId);
    if (!account) continue;
    const first = part.book.at(part.fromMs);
    const last = part.book.at(part.toMs - 1);
    const tiered = first.version.tierLimitsMicro.length > 1 || last.version.tierLimitsMicro.length > 1;
    const crossed = [...account.accruals.values()].some(
      (row) => row.utility === meter.utility && row.crossedMs > part.fromMs,
    );
    const newUse = state.firstMs !== null && state.firstMs === fromMs;
    const movesTiers = tiered && (crossed || newUse || first.accrualStartMs !== last.accrualStartMs);
    const free = account.free(meter.utility);
    if (free) {
      // Free units are shared out in the order of time: all use of their month, and of the tiers' period, is rated again.
      const monthMs = free.book.zone.monthStart(part.fromMs);
      const fromMs = Math.min(monthMs, first.accrualStartMs ?? monthMs);
      work.askReplay({
        accountId: part.accountId,
        utility: meter.utility,
        fromMs,
        toMs: null,
        pointId: null,
      });
      continue;
    }
    work.replays.push({
      accountId: part.accountId,
      utility: meter.utility,
      fromMs: movesTiers ? (first.accrualStartMs ?? part.fromMs) : part.fromMs,
      toMs: movesTiers ? null : part.toMs,
      pointId: movesTiers ? null : meter.point.pointId,
    });
  }
}
