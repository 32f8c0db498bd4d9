import type { LockedAccount } from '../db/queries/accountLocks';
import type { NewCharge } from '../db/queries/charges';
import type { FreeUseRow } from '../db/queries/entitlements';
import type { AccrualRow, StreamRow } from '../db/queries/streams';
import { type AccountCredit, available } from '../domain/credit/buckets';
import { chargeLinesHash } from '../domain/credit/chargeLines';
import { takeCharge } from '../domain/credit/consumption';
import {
  fundAccount,
  type LedgerAccountName,
  type Posting,
  posting,
  type RevenueKind,
  revenueAccount,
  unitsAccount,
} from '../domain/credit/posting';
import type { AgreedPlan } from '../domain/credit/recoveryPlan';
import { applyTopUp } from '../domain/credit/repayment';
import type { Utility } from '../domain/metering/reading';
import { type ChargeLine, chargeLine, sumsOfPiece } from '../domain/tariffs/chargeLines';
import { FreeUnits } from '../domain/tariffs/freeUnits';
import type { AccrualState, RatedPiece } from '../domain/tariffs/ratedPiece';
import { type StreamState, unpostedMicro } from '../domain/tariffs/residual';
import {
  addToSide,
  customerSideMicro,
  fundAmounts,
  postSides,
  readSides,
  type SideAmount,
  type SideStreams,
  sideUnpostedMicro,
  storeExtra,
  storeSides,
} from '../domain/tariffs/sideStreams';
import { isMainKey } from '../domain/tariffs/surcharge';
import type { AccountUnit } from '../domain/tariffs/unitSale';
import { floorDiv, MICRO } from '../domain/units';
import { nodeSha256 } from './context';
import type { LedgerBook } from './ledgerBook';
import {
  addPiece,
  type OpenWindow,
  readWindow,
  storeWindow,
  windowDueMs,
  windowFrom,
  windowLines,
  windowNumeratorPico,
  windowQuantityMicro,
  windowSides,
} from './openWindow';
import type { LedgerRequest } from './postLedger';
import { type MeterEntry, type PointEntry, type Registry, specOf } from './registry';
import { unitAccountRefusal } from './unitAccounts';

/** Below this available credit a window is posted at once instead of at its quarter hour. */
export const POST_AT_ONCE_BELOW_MICRO = 5_000_000n;

const PPM_PER_PERCENT = 10_000;

/** A stream while a transaction works on it. */
export interface StreamWork {
  readonly row: StreamRow;
  readonly point: PointEntry;
  state: StreamState;
  /** Sums of other payers and of percentages; null: none. */
  sides: SideStreams | null;
  window: OpenWindow | null;
  dirty: boolean;
  /** Written in this transaction. */
  written: boolean;
}

/** A charge that was closed in this transaction, with the ledger transaction that carries its amount. */
export interface ClosedCharge {
  /** Null for the reversal of a superseded charge. */
  readonly charge: Omit<NewCharge, 'txId'> | null;
  /** Null where the amount is zero. */
  readonly request: LedgerRequest | null;
}

/** Register of exported energy: what it counts is paid to the customer. */
export const EXPORT_REGISTER = 'EE';
const NO_SUMS: ReadonlyMap<string, bigint> = new Map();

/** Income that a utility's charges go to. */
export const REVENUE: Record<Utility, RevenueKind> = {
  ELECTRICITY: 'electricity',
  WATER: 'water',
  GAS: 'gas',
};

/** `charge:{meter}:{epoch}:{t0}:{t1}:{rev}`; registers other than the billing one are named. */
export function chargeKey(
  meterCode: string,
  register: string,
  billing: boolean,
  window: { epoch: number; fromMs: number; toMs: number },
  rev: number,
): string {
  const meter = billing ? meterCode : `${meterCode}.${register}`;
  return `charge:${meter}:${window.epoch}:${window.fromMs}:${window.toMs}:${rev}`;
}

/**
 * One account while a transaction works on it: its credit as it moves, its streams with their open windows, its tier
 * accruals. Everything here is arithmetic in memory; `ingestReadings` and its siblings write the outcome set-based.
 */
export class AccountWork {
  readonly streams = new Map<string, StreamWork>();
  readonly accruals = new Map<string, AccrualRow>();
  readonly closed: ClosedCharge[] = [];
  readonly dirtyAccruals = new Set<AccrualRow>();
  private lastAccrual: AccrualRow | null = null;
  /** Free units by utility; empty for an account that is entitled to none. */
  private readonly freeUnits = new Map<Utility, FreeUnits>();
  credit: AccountCredit;
  watchDirty = false;
  /** More of it than its streams and accruals was written in this transaction. */
  rewritten = false;

  /** Of its ledger: the campus's money, or the unit that it holds. */
  readonly currency: string;
  /** What it holds in place of money; null: money. */
  readonly unit: AccountUnit | null;

  constructor(
    readonly row: LockedAccount,
    book: LedgerBook,
    private readonly registry: Registry,
  ) {
    this.unit = registry.accounts.get(row.id)?.unit ?? null;
    this.currency = this.unit ?? registry.campuses.get(row.campusId)!.currency;
    this.credit = book.credit(row, this.currency, { status: row.ecState, limitMicro: row.ecLimitMicro });
  }

  private meterOf(meterId: number): MeterEntry {
    const meter = this.registry.meters.get(meterId);
    if (!meter) throw new Error(`meter ${meterId} is not in the registry`);
    return meter;
  }

  addStream(row: StreamRow, point: PointEntry): StreamWork {
    const work: StreamWork = {
      row,
      point,
      state: { numeratorPico: row.numeratorPico, postedMicro: row.postedMicro },
      sides: readSides(row.extra),
      window: readWindow(row.open),
      dirty: false,
      written: false,
    };
    this.streams.set(`${row.pointId}/${row.register}`, work);
    return work;
  }

  stream(pointId: number, register: string): StreamWork | undefined {
    return this.streams.get(`${pointId}/${register}`);
  }

  /** Makes the account's free units known, with what it used of them so far. */
  openFreeUnits(stored: readonly FreeUseRow[]): void {
    for (const [utility, book] of this.registry.accounts.get(this.row.id)?.free ?? []) {
      const ids = new Set(book.grants.map((grant) => grant.id));
      this.freeUnits.set(
        utility,
        new FreeUnits(
          book,
          stored.filter((use) => ids.has(use.grantId)),
        ),
      );
    }
  }

  /** The account's free units of a utility; null: it is entitled to none. */
  free(utility: Utility): FreeUnits | null {
    return this.freeUnits.get(utility) ?? null;
  }

  /** Whether free units of a utility are left: then nothing is cut for want of credit. */
  entitlementLeft(utility: Utility, atMs: number): boolean {
    return (this.free(utility)?.left(atMs).length ?? 0) > 0;
  }

  /** Rows of free units that changed since this was last asked. */
  takeDirtyUses(): FreeUseRow[] {
    const rows: FreeUseRow[] = [];
    for (const free of this.freeUnits.values()) {
      for (const use of free.dirty) rows.push({ ...use, accountId: this.row.id });
      free.dirty.clear();
    }
    return rows;
  }

  addAccrual(row: AccrualRow): void {
    this.lastAccrual = null;
    this.accruals.set(`${row.utility}/${row.periodMs}`, row);
  }

  /** The accrual in the period that begins at `periodMs`; zero where nothing was used yet. */
  accrual(utility: AccrualRow['utility'], periodMs: number): AccrualRow {
    // Readings follow each other in one period; a key is made only where another is asked for.
    const last = this.lastAccrual;
    if (last?.utility === utility && last.periodMs === periodMs) return last;
    const key = `${utility}/${periodMs}`;
    let row = this.accruals.get(key);
    if (!row) {
      row = { accountId: this.row.id, utility, periodMs, quantityMicro: 0n, uptoMs: 0, crossedMs: 0 };
      this.accruals.set(key, row);
    }
    this.lastAccrual = row;
    return row;
  }

  accrualState(utility: AccrualRow['utility'], periodMs: number | null): AccrualState {
    if (periodMs === null) return { periodStartMs: 0, quantityMicro: 0n };
    return { periodStartMs: periodMs, quantityMicro: this.accrual(utility, periodMs).quantityMicro };
  }

  /** Where charges of a utility go: income, or back to where its units were handed out. */
  incomeOf(utility: Utility): LedgerAccountName {
    const kind = REVENUE[utility];
    return this.unit === null ? revenueAccount(kind) : unitsAccount(kind);
  }

  /** Refuses what only money can do. @throws DomainError refused/UNIT_ACCOUNT */
  requireMoney(what: string): void {
    if (this.unit !== null) throw unitAccountRefusal(this.row.code, what);
  }

  /** Rated use that is not yet in the ledger, µ. */
  unposted(): bigint {
    let sum = 0n;
    for (const stream of this.streams.values()) {
      const main = unpostedMicro(stream.state);
      sum += stream.row.register === EXPORT_REGISTER ? -main : main;
      if (stream.sides) sum += sideUnpostedMicro(stream.sides);
    }
    return sum;
  }

  /** Share of a top-up that may go to arrears, ppm: the agreed plan's, else the policy's. */
  recoveryRatePpm(): number {
    const policy = this.registry.campuses.get(this.row.campusId)?.policies.get(this.row.policyCode);
    return (this.row.recoveryPercent ?? policy?.recoveryPercent ?? 100) * PPM_PER_PERCENT;
  }

  /** The plan that was agreed for its arrears; null: none, all of a top-up may go to them. */
  agreedPlan(): AgreedPlan | null {
    const { recoveryPercent, instalmentMicro, recoverySinceMs, recoveredMicro } = this.row;
    return recoveryPercent === null || instalmentMicro === null || recoverySinceMs === null
      ? null
      : { percent: recoveryPercent, instalmentMicro, sinceMs: recoverySinceMs, recoveredMicro };
  }

  /** Credit that may still be used, µ: ledger, emergency credit, less unposted use. */
  available(): bigint {
    return available(this.credit.buckets, this.credit.emergencyCredit, this.unposted());
  }

  /**
   * Adds the pieces of one interval to a stream: the numerators at once, the window as far as it goes, closing it where a
   * charge must break and at the end if its quarter hour has passed.
   */
  addInterval(
    stream: StreamWork,
    meterId: number,
    interval: { epoch: number; fromMs: number; toMs: number; fromMicro: bigint; toMicro: bigint },
    pieces: readonly RatedPiece[],
    accruedBefore: (piece: RatedPiece) => bigint,
    now: number,
  ): void {
    stream.dirty = true;
    let register = interval.fromMicro;
    const { modulusMicro } = specOf(this.meterOf(meterId));
    for (const piece of pieces) {
      const open = stream.window;
      const breaks =
        open !== null &&
        (piece.breakBefore ||
          open.meterId !== meterId ||
          open.epoch !== interval.epoch ||
          // A charge stands under one tariff version, also where the account's tariff changes at a reading.
          open.pieces[0]?.tariffVersion !== piece.tariffVersion ||
          (open.toMs !== piece.fromMs && open.toMs !== piece.toMs));
      if (breaks) this.close(stream, now);
      stream.window ??= windowFrom(piece, {
        meterId,
        epoch: interval.epoch,
        registerMicro: register,
        accruedMicro: accruedBefore(piece),
      });
      addPiece(stream.window, piece);
      this.addNumerators(stream, sumsOfPiece(piece), piece.numeratorPico);
      register += piece.quantityMicro;
      if (modulusMicro !== null && register >= modulusMicro) register -= modulusMicro;
      stream.window.endMicro = register;
    }
    const open = stream.window;
    if (!open) return;
    // The interval's own register rules at its end; between, the register is interpolated.
    if (open.toMs === interval.toMs) open.endMicro = interval.toMicro;
    if (open.toMs >= windowDueMs(open.fromMs)) this.close(stream, now);
  }

  /** Adds rated numerators to a stream: `plainPico` to its main sum where `sums` is null. */
  addNumerators(stream: StreamWork, sums: ReadonlyMap<string, bigint> | null, plainPico: bigint): void {
    let mainPico = sums ? 0n : plainPico;
    for (const [key, numerator] of sums ?? NO_SUMS)
      if (isMainKey(key)) mainPico += numerator;
      else stream.sides = addToSide(stream.sides, key, numerator);
    stream.state = {
      numeratorPico: stream.state.numeratorPico + mainPico,
      postedMicro: stream.state.postedMicro,
    };
  }

  /** Adds all numerators of a window to its stream; with `sign` −1n takes them out. */
  addWindow(stream: StreamWork, window: OpenWindow, sign: 1n | -1n = 1n): void {
    stream.state = {
      numeratorPico: stream.state.numeratorPico + sign * windowNumeratorPico(window),
      postedMicro: stream.state.postedMicro,
    };
    for (const [key, numerator] of windowSides(window) ?? NO_SUMS)
      stream.sides = addToSide(stream.sides, key, sign * numerator);
  }

  /** Posts the open window of a stream in memory: one charge, one ledger transaction. */
  close(stream: StreamWork, now: number): void {
    const window = stream.window;
    if (!window) return;
    stream.window = null;
    stream.dirty = true;
    this.charge(stream, window, now, 0);
  }

  /** Makes the charge of a window whose numerators are already in the stream. */
  charge(stream: StreamWork, window: OpenWindow, now: number, rev: number): void {
    const meter = this.meterOf(window.meterId);
    // The numerators of a window that is still open are in the stream, but not due with this charge.
    const openPico = stream.window ? windowNumeratorPico(stream.window) : 0n;
    const closedPico = stream.state.numeratorPico - openPico;
    const mainMicro = floorDiv(closedPico, MICRO) - stream.state.postedMicro;
    const numeratorPico = windowNumeratorPico(window);
    const carryPico = closedPico - numeratorPico - stream.state.postedMicro * MICRO;
    const lines: ChargeLine[] = windowLines(window).map(chargeLine);
    const sides = this.postSides(stream, window);
    const ownMicro = stream.row.register === EXPORT_REGISTER ? -mainMicro : mainMicro;
    const amountMicro = ownMicro + customerSideMicro(sides);
    const postings = this.chargePostings(stream, amountMicro, fundAmounts(sides), window.fromMs);
    let request: LedgerRequest | null = null;
    if (postings.length > 0) {
      request = {
        key: chargeKey(
          meter.code,
          stream.row.register,
          stream.row.register === meter.billingChannel,
          window,
          rev,
        ),
        kind: 'charge',
        atMs: window.toMs,
        postings,
        linesHash: chargeLinesHash(lines, nodeSha256),
      };
    }
    if (mainMicro !== 0n)
      stream.state = {
        numeratorPico: stream.state.numeratorPico,
        postedMicro: stream.state.postedMicro + mainMicro,
      };
    this.closed.push({
      charge: {
        campusId: this.row.campusId,
        streamId: stream.row.id,
        accountId: this.row.id,
        pointId: stream.point.pointId,
        meterId: meter.meterId,
        register: stream.row.register,
        epoch: window.epoch,
        t0Ms: window.fromMs,
        t1Ms: window.toMs,
        rev,
        startMicro: window.startMicro,
        endMicro: window.endMicro,
        quantityMicro: windowQuantityMicro(window),
        numeratorPico,
        amountMicro,
        tariffVersionId: Number(window.pieces[0]?.tariffVersion ?? 0),
        accruedMicro: window.accruedMicro,
        carryPico,
        lines,
        extra: storeExtra({ sums: sides, free: window.free }),
        postedMs: now,
      },
      request,
    });
  }

  /** Counts what a top-up paid back of arrears (µ) towards the instalments of an agreed plan. */
  noteRecovered(amountMicro: bigint): void {
    if (this.row.recoveryPercent === null || amountMicro === 0n) return;
    this.row.recoveredMicro += amountMicro;
    this.watchDirty = true;
  }

  /** Posts what the side sums owe with a window; what is still open in the stream is not due. */
  private postSides(stream: StreamWork, window: OpenWindow): readonly SideAmount[] {
    if (!stream.sides) return [];
    const open = stream.window ? windowSides(stream.window) : null;
    const { amounts, streams } = postSides(stream.sides, windowSides(window) ?? NO_SUMS, open ?? NO_SUMS);
    stream.sides = streams;
    return amounts;
  }

  /**
   * Takes a charge from the customer's pots and from the funds that share in it. A window that shrank in a re-rate may owe
   * 1 µ less than what the carry had already posted; an export owes the customer.
   */
  private chargePostings(
    stream: StreamWork,
    amountMicro: bigint,
    funds: ReadonlyMap<string, bigint>,
    usedMs: number,
  ): readonly Posting[] {
    const revenue = this.incomeOf(stream.point.utility);
    const postings: Posting[] = [];
    if (amountMicro !== 0n) {
      const move =
        amountMicro > 0n
          ? takeCharge(this.credit, amountMicro, revenue, usedMs)
          : applyTopUp(this.credit, -amountMicro, revenue);
      this.setCredit(move.credit);
      postings.push(...move.postings);
    }
    for (const [code, micro] of funds) {
      const pot = fundAccount(code);
      postings.push(
        micro > 0n
          ? posting(pot, revenue, micro, this.currency)
          : posting(revenue, pot, -micro, this.currency),
      );
    }
    return postings;
  }

  setCredit(credit: AccountCredit): void {
    this.credit = credit;
    const { status, limitMicro } = credit.emergencyCredit;
    if (status !== this.row.ecState || limitMicro !== this.row.ecLimitMicro) {
      this.row.ecState = status;
      this.row.ecLimitMicro = limitMicro;
      this.watchDirty = true;
    }
  }

  get movesAccrualsAlone(): boolean {
    if (this.dirtyAccruals.size === 0) return false;
    for (const stream of this.streams.values()) if (stream.dirty) return false;
    return true;
  }

  /** Nothing is left to write. */
  get isFlushed(): boolean {
    if (this.watchDirty || this.closed.length > 0 || this.dirtyAccruals.size > 0) return false;
    for (const free of this.freeUnits.values()) if (free.dirty.size > 0) return false;
    for (const stream of this.streams.values()) if (stream.dirty) return false;
    return true;
  }

  /** Rows to store for the streams that changed. */
  streamRows(): StreamRow[] {
    return [...this.streams.values()]
      .filter((s) => s.dirty)
      .map((s) => ({
        ...s.row,
        numeratorPico: s.state.numeratorPico,
        postedMicro: s.state.postedMicro,
        open: storeWindow(s.window),
        openUptoMs: s.window?.toMs ?? null,
        extra: storeSides(s.sides),
        extraUnpostedMicro: sideUnpostedMicro(s.sides),
      }));
  }
}
