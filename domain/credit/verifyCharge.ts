import { energyMicro } from '../tariffs/chargeLines';
import type { ChargeExtra } from '../tariffs/sideStreams';
import { MICRO } from '../units';
import { rateAgain } from './chargeAgain';
import { chargeLinesHash } from './chargeLines';
import type { ChargeProof, StepOutcome, UncheckedReason } from './chargeProof';
import { chargeSums, fundPots } from './chargeSums';
import { entryHash, genesisHash, txHash } from './hashChain';
import { isChainedAccount, type LedgerAccountName, type Posting, parseCustomerAccount } from './posting';
import { type Sha256, sha256 } from './sha256';

/** What is recomputed, in the order in which a reader follows it. */
export const PROOF_STEPS = [
  'REGISTERS',
  'SPLIT',
  'TIERS',
  'TARIFF',
  'PRICES',
  'AMOUNT',
  'LINES_HASH',
  'TX_HASH',
  'CHAIN',
] as const;
export type ProofStep = (typeof PROOF_STEPS)[number];
export type StepVerdict = 'EQUAL' | 'DIFFERENT' | 'UNCHECKED';

export interface ProofVerdict {
  /** EQUAL: every step was recomputed, and holds. PART: all that could be recomputed holds, `unchecked` could not be. */
  readonly outcome: 'EQUAL' | 'PART' | 'DIFFERENT';
  readonly steps: Readonly<Record<ProofStep, StepVerdict>>;
  /** The steps that are UNCHECKED, with the reason. */
  readonly unchecked: Readonly<Partial<Record<ProofStep, UncheckedReason>>>;
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
  const booked = (holds: (ledger: Ledger) => boolean): StepOutcome =>
    ledger ? holds(ledger) : 'NOTHING_BOOKED';
  const outcomes: Record<ProofStep, StepOutcome> = {
    REGISTERS: registersAgree(proof) && endsWereRead(proof),
    ...rateAgain(proof, extraOf(proof)),
    PRICES: lines.every((line) => BigInt(line.q_u) * BigInt(line.price_u) === BigInt(line.amount_n)),
    AMOUNT: agree && leavesNoMoney(proof) && ledgerCarries(proof),
    LINES_HASH: booked(({ linesHash }) => chargeLinesHash(lines, hash) === linesHash),
    TX_HASH: booked((tx) => recomputedTxHash(tx, hash) === tx.txHash),
    CHAIN: booked((tx) => chainHolds(tx, hash)),
  };
  return {
    ...verdictOf(outcomes),
    lineAmountsMicro,
    exactPico,
    mainMicro,
    carryAfterPico: carryPico + exactPico - mainMicro * MICRO,
  };
}

function verdictOf(
  outcomes: Readonly<Record<ProofStep, StepOutcome>>,
): Pick<ProofVerdict, 'outcome' | 'steps' | 'unchecked'> {
  const steps = {} as Record<ProofStep, StepVerdict>;
  const unchecked: Partial<Record<ProofStep, UncheckedReason>> = {};
  for (const step of PROOF_STEPS) {
    const outcome = outcomes[step];
    if (typeof outcome === 'string') unchecked[step] = outcome;
    steps[step] = typeof outcome === 'string' ? 'UNCHECKED' : outcome ? 'EQUAL' : 'DIFFERENT';
  }
  const all = Object.values(steps);
  const outcome = all.includes('DIFFERENT') ? 'DIFFERENT' : all.includes('UNCHECKED') ? 'PART' : 'EQUAL';
  return { outcome, steps, unchecked };
}

const NO_EXTRA: ChargeExtra = { sums: [], free: null };
const extraOf = (proof: ChargeProof): ChargeExtra => proof.extra ?? NO_EXTRA;

/** The two registers, the quantity and the sum of the lines say the same. */
function registersAgree({ startMicro, endMicro, modulusMicro, quantityMicro, lines }: ChargeProof): boolean {
  const advance = endMicro - startMicro;
  const turned = advance < 0n && modulusMicro !== null ? advance + modulusMicro : advance;
  return turned === quantityMicro && energyMicro(lines) === quantityMicro;
}

/** Where a reading stands at an end of the charge, it showed the register of that end. */
function endsWereRead({ readings, readingsSince, t0Ms, t1Ms, startMicro, endMicro }: ChargeProof): boolean {
  const isAt = (atMs: number, micro: bigint) =>
    readings.every(({ tsMs, valueMicro }) => tsMs !== atMs || valueMicro === micro);
  return readingsSince || (isAt(t0Ms, startMicro) && isAt(t1Ms, endMicro));
}

type Ledger = NonNullable<ChargeProof['ledger']>;

/** Key of a charge's transaction: its time and its revision. */
const CHARGE_KEY = /^charge:[^:]+:\d+:(\d+):(\d+):(\d+)$/;

/**
 * What one charge leaves to the next is below 1 µ; more would be money. Each time that a charge is rated again, what it began and ended
 * with is exchanged for what its neighbour ends with now, which moves it by less than 1 µ more.
 */
function leavesNoMoney({ carryPico, ledger }: ChargeProof): boolean {
  if (!ledger) return true;
  const revision = BigInt(CHARGE_KEY.exec(ledger.key)?.[3] ?? 0);
  return carryPico >= -revision * MICRO && carryPico < (revision + 1n) * MICRO;
}

/** The transaction is booked under this charge's time, and moves pots of no customer but the one who is charged. */
function isOfCharge({ account, t0Ms, t1Ms }: ChargeProof, { key, entries }: Ledger): boolean {
  const [, from, to] = CHARGE_KEY.exec(key) ?? [];
  if (Number(from) !== t0Ms || Number(to) !== t1Ms) return false;
  return entries.every(({ pot }) => (parseCustomerAccount(pot)?.accountCode ?? account) === account);
}

/** The transaction takes exactly the amount from the customer's pots, and from each fund what it pays. */
function ledgerCarries(proof: ChargeProof): boolean {
  const { ledger, amountMicro } = proof;
  const funds = fundPots(extraOf(proof));
  if (!ledger) return amountMicro === 0n && funds.size === 0;
  if (!isOfCharge(proof, ledger)) return false;
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
