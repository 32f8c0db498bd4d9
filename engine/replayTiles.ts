import type { Tx } from '../db/client';
import { type ChargeRow, chargesInForce } from '../db/queries/charges';
import type { AcceptedReading } from '../db/queries/ingest';
import type { ChargeLineRecord } from '../domain/credit/chargeLines';
import { chargeLine } from '../domain/tariffs/chargeLines';
import { readExtra } from '../domain/tariffs/sideStreams';
import type { CampusZone } from '../domain/time/campusTime';
import type { AccountWork, StreamWork } from './accountWork';
import type { ReplayRequest } from './ingestWork';
import { type OpenWindow, windowLines, windowQuantityMicro } from './openWindow';
import { payerParts } from './rateMeter';
import type { Registry } from './registry';

/** A charge (or the open window) to be filled again. */
export interface Tile {
  readonly stream: StreamWork;
  readonly charge: ChargeRow | null;
  readonly window: OpenWindow;
}

/** What a replay looks at of one stream: its tiles in time order, and the readings from which they are built. */
export interface Stretch {
  readonly stream: StreamWork;
  readonly own: readonly Tile[];
  readonly fromMs: number;
  readonly endMs: number;
  readonly timelines: ReadonlyMap<number, AcceptedReading[]>;
}

const MONTH_AND_MORE_MS = 32 * 86_400_000;

export async function tilesOf(tx: Tx, stream: StreamWork, fromMs: number, toMs: number): Promise<Tile[]> {
  const charges = await chargesInForce(tx.client, stream.row.id, fromMs, toMs);
  const tiles: Tile[] = charges.map((charge) => ({
    stream,
    charge,
    window: {
      meterId: charge.meterId,
      epoch: charge.epoch,
      fromMs: charge.t0Ms,
      toMs: charge.t1Ms,
      startMicro: charge.startMicro,
      endMicro: charge.endMicro,
      accruedMicro: charge.accruedMicro,
      pieces: [],
      surcharges: null,
      days: 0,
      free: null,
    },
  }));
  const open = stream.window;
  if (open && open.toMs > fromMs && open.fromMs < toMs)
    tiles.push({ stream, charge: null, window: { ...open, pieces: [] } });
  return tiles;
}

/** Finds the tile that holds a piece; the tiles of a stream lie one after another in time. */
export function tileFinder(
  tiles: readonly Tile[],
): (stream: StreamWork, piece: { fromMs: number; toMs: number }) => Tile | undefined {
  const byStream = new Map<StreamWork, Tile[]>();
  for (const tile of tiles) {
    const known = byStream.get(tile.stream);
    if (known) known.push(tile);
    else byStream.set(tile.stream, [tile]);
  }
  return (stream, piece) => {
    const own = byStream.get(stream) ?? [];
    let [low, high] = [0, own.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (own[middle]!.window.fromMs <= piece.fromMs) low = middle + 1;
      else high = middle;
    }
    const tile = own[low - 1];
    return tile && piece.toMs <= tile.window.toMs ? tile : undefined;
  };
}

/**
 * From when on the readings behind all of these are kept, ms UTC; null: they cover everything. What was charged before can't
 * be built again and stands. Free units are counted by whole months, so with them it is the start of one.
 */
export function keptFromMs(
  stretches: readonly Stretch[],
  free: { readonly zone: CampusZone } | null,
): number | null {
  let keptMs: number | null = null;
  for (const { own, timelines } of stretches) {
    const beganMs = own[0]?.window.fromMs;
    if (beganMs === undefined) continue;
    let headMs = own.reduce((end, { window }) => Math.max(end, window.toMs), beganMs);
    for (const [head] of timelines.values()) if (head) headMs = Math.min(headMs, head.tsMs);
    if (headMs > beganMs) keptMs = Math.max(keptMs ?? 0, headMs);
  }
  if (keptMs === null || free === null) return keptMs;
  const monthMs = free.zone.monthStart(keptMs);
  return monthMs === keptMs ? keptMs : free.zone.monthStart(monthMs + MONTH_AND_MORE_MS);
}

/** Use of a tile that counts towards the tiers, µ: all but the free units that stand beside them. */
function countedMicro({ stream, charge }: Tile): bigint {
  const window = stream.window!;
  const free = charge ? readExtra(charge.extra).free : window.free;
  const lines = charge ? (charge.lines as ChargeLineRecord[]) : windowLines(window).map(chargeLine);
  const beside = new Set<string>();
  for (const { payer, advancesTier } of free ?? []) if (!advancesTier) beside.add(payer);
  let sum = charge ? charge.quantityMicro : windowQuantityMicro(window);
  if (beside.size > 0)
    for (const { tier, payer, q_u } of lines) if (tier !== '0' && beside.has(payer)) sum -= BigInt(q_u);
  return sum;
}

/**
 * Puts the accruals and free units back to where the replay begins. Whole periods begin at zero, or at what the charges count
 * that stand; a single point's stretch takes its own use out, so that rating it again adds it once.
 */
export function setAccruals(
  account: AccountWork,
  registry: Registry,
  request: ReplayRequest,
  tiles: readonly Tile[],
  kept: { readonly fromMs: number | null; readonly tiles: readonly Tile[] },
): void {
  const { utility } = request;
  const holderOf = ({ stream, window: { fromMs } }: Tile) => {
    const [part] = payerParts(registry, stream.point, utility, fromMs, fromMs + 1).filter(
      ({ accountId }) => accountId === account.row.id,
    );
    const periodMs = part?.book.at(fromMs).accrualStartMs ?? null;
    return periodMs === null ? null : account.accrual(utility, periodMs);
  };
  if (request.pointId !== null) {
    for (const tile of tiles) {
      const holder = holderOf(tile);
      if (!holder) continue;
      holder.quantityMicro -= countedMicro(tile);
      account.dirtyAccruals.add(holder);
    }
    return;
  }
  for (const row of account.accruals.values())
    if (row.utility === utility && row.periodMs >= request.fromMs) {
      row.quantityMicro = 0n;
      row.uptoMs = 0;
      // Where among what stands a limit was crossed is not known: at its end at the latest.
      row.crossedMs = kept.fromMs === null ? 0 : Math.min(row.crossedMs, kept.fromMs);
      account.dirtyAccruals.add(row);
    }
  for (const tile of kept.tiles) {
    const holder = holderOf(tile);
    if (!holder || holder.periodMs < request.fromMs) continue;
    holder.quantityMicro += countedMicro(tile);
    holder.uptoMs = Math.max(holder.uptoMs, tile.window.toMs);
    account.dirtyAccruals.add(holder);
  }
  account.free(utility)?.reset(Math.max(request.fromMs, kept.fromMs ?? request.fromMs));
}
