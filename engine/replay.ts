import type { Tx } from '../db/client';
import { type ChargeRow, supersedeCharges } from '../db/queries/charges';
import { postingsOf } from '../db/queries/ledger';
import { lockedAdjustmentTxs } from '../db/queries/lockedAdjustments';
import { reversedByHand } from '../db/queries/reversals';
import { applyPostings } from '../domain/credit/buckets';
import { type LedgerAccountName, reversePostings } from '../domain/credit/posting';
import { chargeLine } from '../domain/tariffs/chargeLines';
import { takeFromStream } from '../domain/tariffs/residual';
import { customerSideMicro, readExtra, takeFromSides } from '../domain/tariffs/sideStreams';
import { type AccountWork, EXPORT_REGISTER, type StreamWork } from './accountWork';
import { adjustLocked } from './adjustLocked';
import { flushAccounts } from './flushAccounts';
import type { IngestWork, ReplayRequest } from './ingestWork';
import { type OpenAccounts, streamFor } from './openAccounts';
import { addPiece, type OpenWindow, windowFrom, windowLines } from './openWindow';
import { partOf, ratePart } from './rateMeter';
import { type CampusEntry, type MeterEntry, type Registry, specOf } from './registry';
import { jobsOf, type ReplayJob, timelinesOf } from './replayJobs';
import { keptFromMs, type Stretch, setAccruals, type Tile, tileFinder, tilesOf } from './replayTiles';

/**
 * Builds an account's charges of one utility again from the stored readings, from `fromMs` on. A charge whose lines come
 * out the same stays; any other is reversed and booked anew under the next revision, and the open window is refilled.
 * With `pointId` only that point's charges up to `toMs` are looked at; without, all points of the utility, in the one
 * order that tiers are shared in, up to the newest reading. What lies before the readings that are kept stands as charged.
 */
export async function replayAccount(
  tx: Tx,
  work: IngestWork,
  accounts: OpenAccounts,
  request: ReplayRequest,
): Promise<void> {
  const account = accounts.get(request.accountId);
  if (!account) return;
  account.rewritten = true;
  const { registry } = work;
  const campus = registry.campuses.get(account.row.campusId)!;
  const streams = await streamsToReplay(tx, registry, account, request);
  const wholePeriods = request.pointId === null;
  const toMs = request.toMs ?? Number.MAX_SAFE_INTEGER;
  const stretches: Stretch[] = [];
  for (const stream of streams) {
    const own = await tilesOf(tx, stream, request.fromMs, toMs);
    // A charge is filled as a whole: if tiers moved since it began, only the whole period tells its prices. Nor does a part of
    // a locked month tell what of its earlier adjustments was for that part.
    const periodMs = wholePeriods
      ? null
      : (periodWithCrossing(account, request, own) ??
        (await adjustedYear(tx, campus, account, request.utility, own)));
    if (periodMs !== null)
      return replayAccount(tx, work, accounts, { ...request, fromMs: periodMs, toMs: null, pointId: null });
    const fromMs = Math.min(request.fromMs, own[0]?.window.fromMs ?? request.fromMs);
    const endMs = Math.max(
      Math.min(toMs, newestMs(work, stream)),
      own.reduce((newest, tile) => Math.max(newest, tile.window.toMs), fromMs),
    );
    const timelines = await timelinesOf(tx, registry, stream, fromMs, endMs);
    stretches.push({ stream, own, fromMs, endMs, timelines });
  }
  const keptMs = keptFromMs(stretches, account.free(request.utility)?.book ?? null);
  const stands = ({ window }: Tile) => keptMs !== null && window.fromMs < keptMs;
  const kept = stretches.flatMap(({ own }) => own.filter(stands));
  const tiles = stretches.flatMap(({ own }) => own.filter((tile) => !stands(tile)));
  const jobs: ReplayJob[] = [];
  for (const stretch of stretches) {
    const sinceMs = stretch.own
      .filter(stands)
      .reduce((end, { window }) => Math.max(end, window.toMs), stretch.fromMs);
    jobs.push(...(await jobsOf(tx, registry, account, stretch, sinceMs)));
  }
  jobs.sort(
    (a, b) =>
      a.part.toMs - b.part.toMs ||
      (a.stream.point.pointCode < b.stream.point.pointCode
        ? -1
        : a.stream.point.pointCode > b.stream.point.pointCode
          ? 1
          : 0),
  );

  setAccruals(account, registry, request, tiles, { fromMs: keptMs, tiles: kept });
  const tileOf = tileFinder(tiles);
  const filled = new Map<Tile, OpenWindow>();
  const loose: { stream: StreamWork; window: OpenWindow }[] = [];
  for (const { stream, meter, interval, part } of jobs) {
    const clipped = partOf(interval, part);
    const rated = ratePart(account, meter, stream.point, interval, part);
    let register = clipped.fromMicro;
    let untiled: OpenWindow | null = null;
    for (const piece of rated.pieces) {
      const tile = tileOf(stream, piece);
      const accruedMicro = rated.accruedBefore(piece);
      let window: OpenWindow | null | undefined = tile
        ? filled.get(tile)
        : piece.breakBefore
          ? null
          : untiled;
      if (!window) {
        const begun = windowFrom(piece, {
          meterId: meter.meterId,
          epoch: interval.epoch,
          registerMicro: register,
          accruedMicro,
        });
        window = tile
          ? {
              ...begun,
              meterId: tile.window.meterId,
              epoch: tile.window.epoch,
              fromMs: tile.window.fromMs,
              endMicro: tile.window.endMicro,
              accruedMicro: wholePeriods ? accruedMicro : tile.window.accruedMicro,
            }
          : begun;
        if (tile) filled.set(tile, window);
        else loose.push({ stream, window });
      }
      untiled = tile ? null : window;
      addPiece(window, piece);
      register = wrap(register + piece.quantityMicro, meter);
      window.endMicro = piece.toMs === clipped.toMs ? clipped.toMicro : register;
    }
  }
  const lockedUntilMs = campus.lockedUntilMs ?? 0;
  const open = tiles.filter((tile) => !tile.charge || tile.charge.t1Ms > lockedUntilMs);
  const replaced = await rebook(tx, account, open, filled, work.now);
  // Use that no charge covered yet: an older baseline became known, or a gap between charges was filled.
  for (const { stream, window } of loose) {
    account.addWindow(stream, window);
    stream.dirty = true;
    account.charge(stream, window, work.now, 0);
  }
  await flushAccounts(tx, campus, accounts.book, [account]);
  await supersedeCharges(tx.client, replaced);
  // Of a month that is rated in part, what earlier corrections booked for the rest can't be told: it stays as it is.
  const inPart = new Set(kept.map(({ window }) => campus.zone.monthStart(window.fromMs)));
  // Nor has a correction a say in what a person gave back as a whole.
  const givenBack = await reversedByHand(
    tx.client,
    tiles.flatMap(({ charge }) => (charge?.txId && charge.t1Ms <= lockedUntilMs ? [charge.txId] : [])),
  );
  const locked = tiles.flatMap((tile) => {
    const window = filled.get(tile);
    const { charge } = tile;
    if (!window || !charge || charge.t1Ms > lockedUntilMs || sameLines(charge, window)) return [];
    if (charge.txId !== null && givenBack.has(charge.txId)) return [];
    return inPart.has(campus.zone.monthStart(charge.t0Ms)) ? [] : [{ charge, window }];
  });
  await adjustLocked(tx, campus, accounts.book, account, { ...request, now: work.now }, locked);
}

/** Start of the accrual period in which a tier limit was crossed after the first of these charges began; null: none was. */
function periodWithCrossing(
  account: AccountWork,
  request: ReplayRequest,
  tiles: readonly Tile[],
): number | null {
  const beganMs = Math.min(request.fromMs, ...tiles.map((tile) => tile.window.fromMs));
  let periodMs: number | null = null;
  for (const row of account.accruals.values())
    if (row.utility === request.utility && row.crossedMs > beganMs)
      periodMs = Math.min(periodMs ?? row.periodMs, row.periodMs);
  return periodMs;
}

/**
 * Start of the year of these charges where some stand in a locked month that was corrected before; null: none do. A month's
 * correction is booked less what earlier ones booked, so all of the month must be looked at, in whole accrual periods.
 */
async function adjustedYear(
  tx: Tx,
  campus: CampusEntry,
  account: AccountWork,
  utility: ReplayRequest['utility'],
  tiles: readonly Tile[],
): Promise<number | null> {
  const { zone, lockedUntilMs } = campus;
  const months = new Set<number>();
  for (const { charge } of tiles)
    if (charge && charge.t1Ms <= (lockedUntilMs ?? 0)) months.add(zone.monthStart(charge.t0Ms));
  for (const monthMs of [...months].sort((a, b) => a - b))
    if ((await lockedAdjustmentTxs(tx.client, account.row.id, utility, monthMs)).length > 0)
      return zone.yearStart(monthMs);
  return null;
}

/** The streams of the points asked for, made where use from before the first charge has only now become known. */
async function streamsToReplay(
  tx: Tx,
  registry: Registry,
  account: AccountWork,
  request: ReplayRequest,
): Promise<StreamWork[]> {
  const streams: StreamWork[] = [];
  for (const pointId of registry.accounts.get(account.row.id)?.pointIds ?? []) {
    const point = registry.points.get(pointId);
    if (point?.utility !== request.utility) continue;
    if (request.pointId !== null && request.pointId !== pointId) continue;
    const newest = registry.meters.get(point.meterIds[point.meterIds.length - 1] ?? 0);
    if (newest) streams.push(await streamFor(tx, account, point, newest.billingChannel));
  }
  return streams;
}

function wrap(register: bigint, meter: MeterEntry): bigint {
  const { modulusMicro } = specOf(meter);
  return modulusMicro !== null && register >= modulusMicro ? register - modulusMicro : register;
}

function newestMs(work: IngestWork, stream: StreamWork): number {
  let newest = 0;
  for (const meterId of stream.point.meterIds)
    newest = Math.max(newest, work.meters.get(meterId)?.register?.lastMs ?? 0);
  return newest;
}

type Replaced = Parameters<typeof supersedeCharges>[1][number];

async function rebook(
  tx: Tx,
  account: AccountWork,
  tiles: readonly Tile[],
  filled: ReadonlyMap<Tile, OpenWindow>,
  now: number,
): Promise<Replaced[]> {
  const changed = tiles.filter((tile) => {
    const window = filled.get(tile);
    return window && tile.charge && !sameLines(tile.charge, window);
  });
  const txIds = changed.flatMap(({ charge }) => (charge?.txId ? [charge.txId] : []));
  const postings = await postingsOf(tx.client, txIds);
  const givenBack = await reversedByHand(tx.client, txIds);
  const isChanged = new Set(changed);
  const replaced: Replaced[] = [];
  for (const tile of tiles) {
    const window = filled.get(tile);
    const { stream, charge } = tile;
    if (!window) continue;
    window.toMs = tile.window.toMs;
    if (!charge) {
      if (stream.window) account.addWindow(stream, stream.window, -1n);
      account.addWindow(stream, window);
      stream.window = window;
      stream.dirty = true;
    } else if (isChanged.has(tile)) {
      reverse(
        account,
        stream,
        charge,
        charge.txId !== null && givenBack.has(charge.txId)
          ? null
          : postings.filter((p) => p.txId === charge.txId),
        now,
      );
      account.addWindow(stream, window);
      account.charge(stream, window, now, charge.rev + 1);
      stream.dirty = true;
      replaced.push({
        oldId: charge.id,
        meterId: charge.meterId,
        register: charge.register,
        epoch: charge.epoch,
        t0Ms: charge.t0Ms,
        t1Ms: charge.t1Ms,
        rev: charge.rev + 1,
      });
    }
  }
  return replaced;
}

function sameLines(charge: ChargeRow, window: OpenWindow): boolean {
  return (
    JSON.stringify(charge.lines, lineKeys) === JSON.stringify(windowLines(window).map(chargeLine), lineKeys)
  );
}

const lineKeys = ['period', 'tier', 'q_u', 'price_u', 'amount_n', 'payer', 'estimated'];

function reverse(
  account: AccountWork,
  stream: StreamWork,
  charge: ChargeRow,
  /** Null: a person has given its money back already. */
  rows: readonly { s: string; d: string; amountMicro: bigint }[] | null,
  now: number,
): void {
  const { sums } = readExtra(charge.extra);
  const ownMicro = charge.amountMicro - customerSideMicro(sums);
  stream.state = takeFromStream(stream.state, {
    numeratorPico: charge.numeratorPico,
    amountMicro: charge.register === EXPORT_REGISTER ? -ownMicro : ownMicro,
  });
  stream.sides = takeFromSides(stream.sides, sums);
  if (charge.txId === null || rows === null) return;
  const swapped = reversePostings(
    rows.map(({ s, d, amountMicro }) => ({
      s: s as LedgerAccountName,
      d: d as LedgerAccountName,
      a: amountMicro,
      ccy: account.currency,
    })),
  );
  account.setCredit({
    ...account.credit,
    buckets: applyPostings(account.credit.buckets, account.row.code, swapped),
  });
  account.closed.push({
    charge: null,
    request: {
      key: `reverse:${charge.txId}`,
      kind: 'reversal',
      atMs: now,
      postings: swapped,
      reverses: charge.txId,
    },
  });
}
