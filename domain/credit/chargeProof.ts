import {
  type ChargeLine,
  chargeLine,
  energyMicro,
  linesWithSurcharges,
  mergePieces,
} from '../tariffs/chargeLines';
import { GivenFreeUnits } from '../tariffs/freeUnits';
import type { RatedPiece } from '../tariffs/ratedPiece';
import { rateInterval } from '../tariffs/rateSegment';
import type { ChargeExtra } from '../tariffs/sideStreams';
import type { TariffCalendar, TariffVersion } from '../tariffs/tariff';
import { prepareTariffBook, type TariffBook } from '../tariffs/tariffBook';
import { campusZone } from '../time/campusTime';
import { MICRO } from '../units';
import { type ChargeLineRecord, chargeLinesHash } from './chargeLines';
import { chargeSums, fundPots } from './chargeSums';
import { entryHash, genesisHash, txHash } from './hashChain';
import { isChainedAccount, type LedgerAccountName, type Posting } from './posting';
import { type Sha256, sha256 } from './sha256';

/**
 * Everything from which anybody can recompute one charge, from the meter's register to the balance. Quantities and money in
 * µ, numerators and carry in pico-currency, times in ms UTC.
 */
export interface ChargeProof {
  readonly zone: string;
  readonly intervalMs: number;
  readonly t0Ms: number;
  readonly t1Ms: number;
  readonly startMicro: bigint;
  readonly endMicro: bigint;
  /** Value at which the register wraps to 0; null: it does not. */
  readonly modulusMicro: bigint | null;
  readonly quantityMicro: bigint;
  readonly amountMicro: bigint;
  /** Tier accrual of the account just before the charge. */
  readonly accruedMicro: bigint;
  /** What the charge before left below 1 µ. */
  readonly carryPico: bigint;
  readonly lines: readonly ChargeLineRecord[];
  /** Sums of other payers and of percentages, and the free units at its start; absent: none. */
  readonly extra?: ChargeExtra;
  readonly tariff: { readonly versions: readonly TariffVersion[]; readonly calendar: TariffCalendar };
  /** Accepted readings that enclose the charge; empty once they are older than readings are kept. */
  readonly readings: readonly { readonly tsMs: number; readonly valueMicro: bigint }[];
  /** True where the split is not linear in time alone: rate registers, several meters under one tier, approved estimates. */
  readonly splitElsewhere: boolean;
  /** Null where the amount is zero: nothing moved. */
  readonly ledger: {
    readonly id: string;
    readonly key: string;
    readonly kind: string;
    readonly atMs: number;
    readonly currency: string;
    readonly linesHash: string | null;
    readonly txHash: string;
    readonly reverses: string | null;
    /** Halves in their order: even ones leave a pot, the next enters one. */
    readonly entries: readonly ProofEntry[];
  } | null;
}

/** One half of a posting. Pots of customers carry a link of their chain. */
export interface ProofEntry {
  readonly pot: string;
  readonly amountMicro: bigint;
  readonly accountSeq: bigint | null;
  readonly balanceAfterMicro: bigint | null;
  readonly entryHash: string | null;
  readonly prevHash: string | null;
}

/** What is recomputed, in the order in which a reader follows it. */
export const PROOF_STEPS = [
  'REGISTERS',
  'SPLIT',
  'PRICES',
  'AMOUNT',
  'LINES_HASH',
  'TX_HASH',
  'CHAIN',
] as const;
export type ProofStep = (typeof PROOF_STEPS)[number];
/** UNCHECKED: what it would be recomputed from is no longer kept, or is not part of this proof. */
export type StepVerdict = 'EQUAL' | 'DIFFERENT' | 'UNCHECKED';

export interface ProofVerdict {
  readonly equal: boolean;
  readonly steps: Readonly<Record<ProofStep, StepVerdict>>;
  /** Amounts of the lines as differences of running floors, in their order, µ. */
  readonly lineAmountsMicro: readonly bigint[];
  /** Σ quantity times price of the lines in the main sum (without funds, percentages and taxes), pico. */
  readonly exactPico: bigint;
  /** What of the main sum was posted, µ. */
  readonly mainMicro: bigint;
  /** What is left below 1 µ for the next charge, pico. */
  readonly carryAfterPico: bigint;
}

/** Recomputes a charge with the rules that made it. Runs in a browser as well as on a server. */
export function verifyCharge(proof: ChargeProof, hash: Sha256 = sha256): ProofVerdict {
  const { lines, carryPico, ledger } = proof;
  const { exactPico, mainMicro, lineAmountsMicro, agree } = chargeSums({ ...proof, extra: extraOf(proof) });
  const steps: Record<ProofStep, StepVerdict> = {
    REGISTERS: verdictOf(registersAgree(proof)),
    SPLIT: splitAgrees(proof),
    PRICES: verdictOf(
      lines.every((line) => BigInt(line.q_u) * BigInt(line.price_u) === BigInt(line.amount_n)),
    ),
    AMOUNT: verdictOf(agree && isCarry(carryPico) && ledgerCarries(proof)),
    LINES_HASH: ledger?.linesHash
      ? verdictOf(chargeLinesHash(lines, hash) === ledger.linesHash)
      : 'UNCHECKED',
    TX_HASH: ledger ? verdictOf(recomputedTxHash(ledger, hash) === ledger.txHash) : 'UNCHECKED',
    CHAIN: ledger ? verdictOf(chainHolds(ledger, hash)) : 'UNCHECKED',
  };
  return {
    equal: PROOF_STEPS.every((step) => steps[step] !== 'DIFFERENT'),
    steps,
    lineAmountsMicro,
    exactPico,
    mainMicro,
    carryAfterPico: carryPico + exactPico - mainMicro * MICRO,
  };
}

/** What one charge may leave to the next: below 1 µ, and below 3 µ where rating again moved it; more would be money. */
const isCarry = (pico: bigint): boolean => pico > -3n * MICRO && pico < 3n * MICRO;

const NO_EXTRA: ChargeExtra = { sums: [], free: null };
const extraOf = (proof: ChargeProof): ChargeExtra => proof.extra ?? NO_EXTRA;

const verdictOf = (agrees: boolean): StepVerdict => (agrees ? 'EQUAL' : 'DIFFERENT');

/** The two registers, the quantity and the sum of the lines say the same. */
function registersAgree({ startMicro, endMicro, modulusMicro, quantityMicro, lines }: ChargeProof): boolean {
  const advance = endMicro - startMicro;
  const turned = advance < 0n && modulusMicro !== null ? advance + modulusMicro : advance;
  return turned === quantityMicro && energyMicro(lines) === quantityMicro;
}

/** The tariff, applied again to the readings, yields the same lines. */
function splitAgrees(proof: ChargeProof): StepVerdict {
  const { readings, t0Ms, t1Ms } = proof;
  const covered = (readings[0]?.tsMs ?? Infinity) <= t0Ms && (readings.at(-1)?.tsMs ?? -Infinity) >= t1Ms;
  if (!covered) return 'UNCHECKED';
  const book = prepareTariffBook({ ...proof.tariff, zone: campusZone(proof.zone) });
  const pieces = piecesAgain(proof, book);
  const first = pieces[0];
  const days = pieces.filter((piece) => piece.beginsDay).length;
  const lines = linesWithSurcharges(
    mergePieces(pieces),
    first?.surcharges ?? null,
    days,
    first?.tariffVersion ?? '',
  ).map(chargeLine);
  if (sameLines(lines, proof.lines)) return 'EQUAL';
  return proof.splitElsewhere ? 'UNCHECKED' : 'DIFFERENT';
}

function piecesAgain(proof: ChargeProof, book: TariffBook): RatedPiece[] {
  const { readings, t0Ms, t1Ms, intervalMs, modulusMicro } = proof;
  const pieces: RatedPiece[] = [];
  const given = extraOf(proof).free;
  const free = given && new GivenFreeUnits(given);
  let accrual = { periodStartMs: book.at(t0Ms).accrualStartMs ?? 0, quantityMicro: proof.accruedMicro };
  readings.forEach((reading, at) => {
    const before = readings[at - 1];
    if (!before || reading.tsMs <= t0Ms || before.tsMs >= t1Ms) return;
    const advance = reading.valueMicro - before.valueMicro;
    const quantityMicro = advance < 0n && modulusMicro !== null ? advance + modulusMicro : advance;
    // A step back that no rollover explains is jitter or a register of another epoch: nothing was charged for it.
    if (quantityMicro < 0n) return;
    const part = { fromMs: Math.max(before.tsMs, t0Ms), toMs: Math.min(reading.tsMs, t1Ms) };
    const whole = part.fromMs === before.tsMs && part.toMs === reading.tsMs;
    const rated = rateInterval(
      book,
      accrual,
      { fromMs: before.tsMs, toMs: reading.tsMs, quantityMicro },
      { intervalMs, ...(whole ? {} : { part }), ...(free ? { free } : {}) },
    );
    pieces.push(...rated.pieces);
    accrual = rated.accrual;
  });
  return pieces;
}

/**
 * Whether the same was charged at the same prices. Which share of it was estimated depends on what lies beyond the charge, and
 * is covered by the hash of the lines.
 */
function sameLines(left: readonly ChargeLine[], right: readonly ChargeLineRecord[]): boolean {
  const sums = (lines: readonly ChargeLineRecord[]) => {
    const found = new Map<string, [quantity: bigint, numerator: bigint]>();
    for (const { period, tier, price_u, payer, q_u, amount_n } of lines) {
      const key = [period, tier, price_u, payer].join(' ');
      const [quantity, numerator] = found.get(key) ?? [0n, 0n];
      found.set(key, [quantity + BigInt(q_u), numerator + BigInt(amount_n)]);
    }
    return found;
  };
  const ours = sums(left);
  const theirs = sums(right);
  return (
    ours.size === theirs.size &&
    [...ours].every(([key, [quantity, numerator]]) => {
      const [q, n] = theirs.get(key) ?? [];
      return q === quantity && n === numerator;
    })
  );
}

type Ledger = NonNullable<ChargeProof['ledger']>;

/** The transaction takes exactly the amount from the customer's pots, and from each fund what it pays. */
function ledgerCarries(proof: ChargeProof): boolean {
  const { ledger, amountMicro } = proof;
  const funds = fundPots(extraOf(proof));
  if (!ledger) return amountMicro === 0n && funds.size === 0;
  for (const { pot, amountMicro: micro } of ledger.entries)
    if (pot.startsWith('fund:')) funds.set(pot, (funds.get(pot) ?? 0n) + micro);
  if ([...funds.values()].some((rest) => rest !== 0n)) return false;
  const taken = ledger.entries
    .filter((entry) => isChainedAccount(entry.pot))
    .reduce((sum, entry) => sum - entry.amountMicro, 0n);
  return taken === amountMicro;
}

function postingsOf(ledger: Ledger): Posting[] {
  const postings: Posting[] = [];
  for (let at = 0; at + 1 < ledger.entries.length; at += 2) {
    const from = ledger.entries[at]!;
    const to = ledger.entries[at + 1]!;
    postings.push({
      s: from.pot as LedgerAccountName,
      d: to.pot as LedgerAccountName,
      a: to.amountMicro,
      ccy: ledger.currency,
    });
  }
  return postings;
}

function recomputedTxHash(ledger: Ledger, hash: Sha256): string {
  return txHash(
    {
      id: ledger.id,
      key: ledger.key,
      kind: ledger.kind,
      at: ledger.atMs,
      ccy: ledger.currency,
      postings: postingsOf(ledger),
      lines: ledger.linesHash ?? undefined,
      reverses: ledger.reverses ?? undefined,
    },
    hash,
  );
}

function chainHolds(ledger: Ledger, hash: Sha256): boolean {
  return ledger.entries.every((entry) => {
    if (!isChainedAccount(entry.pot)) return true;
    const { accountSeq, balanceAfterMicro, amountMicro } = entry;
    if (accountSeq === null || balanceAfterMicro === null) return false;
    const prevHash = entry.prevHash ?? (accountSeq === 1n ? genesisHash(entry.pot, hash) : null);
    if (prevHash === null) return false;
    const link = { prevHash, acctSeq: accountSeq, txHash: ledger.txHash, amountMicro, balanceAfterMicro };
    return entryHash(link, hash) === entry.entryHash;
  });
}
