import { invalid } from '../errors';
import type { TariffCalendar, TariffVersion } from '../tariffs/tariff';
import type { ChargeLineRecord } from './chargeLines';
import type { ChargeProof } from './chargeProof';
import { type CanonicalValue, jcs } from './jcs';

/** What names a contested charge beside its proof. */
export interface EvidenceNames {
  readonly frozenMs: number;
  readonly chargeId: bigint;
  readonly account: string;
  readonly meter: string;
  readonly point: string;
  readonly register: string;
  readonly epoch: number;
  readonly rev: number;
  /** Number of the tariff version as bills print it; null: it has none. */
  readonly tariffNumber: number | null;
  /** Checkpoint that seals the transaction; null: none yet. */
  readonly checkpoint: number | null;
}

/** Evidence of this version holds all from which the charge follows; what was frozen under 1 lacks some of it. */
const VERSION = 2;

/**
 * All from which a charge follows, as canonical JSON: integers as decimal text, times in ms as text. `proofOfEvidence` reads it
 * back, so that it alone lets anybody recompute the charge.
 */
export function evidenceText(names: EvidenceNames, proof: ChargeProof): string {
  const { ledger, rateRegisters, tariff, extra } = proof;
  const version = tariff.versions.find(({ code }) => code === tariff.version);
  const evidence = {
    v: VERSION,
    frozen: String(names.frozenMs),
    zone: proof.zone,
    charge: {
      id: names.chargeId,
      account: names.account,
      meter: names.meter,
      point: names.point,
      register: names.register,
      epoch: names.epoch,
      rev: names.rev,
      from: String(proof.t0Ms),
      to: String(proof.t1Ms),
      start: proof.startMicro,
      end: proof.endMicro,
      quantity: proof.quantityMicro,
      amount: proof.amountMicro,
      accrued: proof.accruedMicro,
      carry: proof.carryPico,
      lines: proof.lines,
      extra: extra ?? null,
    },
    meter: { interval: proof.intervalMs, modulus: proof.modulusMicro, rates: rateRegisters },
    readings: proof.readings.map(({ tsMs, valueMicro, rates }) => ({
      at: String(tsMs),
      value: valueMicro,
      rates: rates ?? null,
    })),
    readingsSince: proof.readingsSince,
    tiersElsewhere: proof.tiersElsewhere,
    tariff: {
      version: tariff.version,
      number: names.tariffNumber,
      from: version ? String(version.validFromMs) : null,
      versions: tariff.versions,
      calendar: tariff.calendar,
    },
    transaction: ledger && {
      id: ledger.id,
      key: ledger.key,
      kind: ledger.kind,
      at: String(ledger.atMs),
      currency: ledger.currency,
      lines: ledger.linesHash,
      hash: ledger.txHash,
      reverses: ledger.reverses,
      entries: ledger.entries.map((entry) => ({
        pot: entry.pot,
        amount: entry.amountMicro,
        seq: entry.accountSeq,
        balance: entry.balanceAfterMicro,
        hash: entry.entryHash,
        before: entry.prevHash,
      })),
      checkpoint: names.checkpoint,
    },
  };
  return jcs(decimal(evidence));
}

/** A value with its big integers as decimal text. */
function decimal(value: unknown): CanonicalValue {
  const text = JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'bigint' ? member.toString() : member,
  );
  return JSON.parse(text) as CanonicalValue;
}

/** `T` as it stands in evidence: big integers are decimal text. */
type Decimal<T> = T extends bigint
  ? string
  : T extends string | number | boolean | null | undefined
    ? T
    : { readonly [K in keyof T]: Decimal<T[K]> };

interface StoredEvidence {
  readonly v: number;
  readonly zone: string;
  readonly charge: {
    readonly account: string;
    readonly from: string;
    readonly to: string;
    readonly start: string;
    readonly end: string;
    readonly quantity: string;
    readonly amount: string;
    readonly accrued: string;
    readonly carry: string;
    readonly lines: readonly ChargeLineRecord[];
    readonly extra: Decimal<NonNullable<ChargeProof['extra']>> | null;
  };
  readonly meter: {
    readonly interval: number;
    readonly modulus: string | null;
    readonly rates: Decimal<NonNullable<ChargeProof['rateRegisters']>> | null;
  };
  readonly readings: readonly {
    readonly at: string;
    readonly value: string;
    readonly rates: Readonly<Record<string, string>> | null;
  }[];
  readonly readingsSince: boolean;
  readonly tiersElsewhere: boolean;
  readonly tariff: {
    readonly version: string;
    readonly versions: readonly Decimal<TariffVersion>[];
    readonly calendar: TariffCalendar;
  };
  readonly transaction: {
    readonly id: string;
    readonly key: string;
    readonly kind: string;
    readonly at: string;
    readonly currency: string;
    readonly lines: string | null;
    readonly hash: string;
    readonly reverses: string | null;
    readonly entries: readonly {
      readonly pot: string;
      readonly amount: string;
      readonly seq: string | null;
      readonly balance: string | null;
      readonly hash: string | null;
      readonly before: string | null;
    }[];
  } | null;
}

/**
 * The proof that was frozen in evidence; null where it was frozen before evidence held all of it.
 * @param text as `evidenceText` wrote it: its hash tells whether it still is
 */
export function proofOfEvidence(text: string): ChargeProof | null {
  const stored = JSON.parse(text) as StoredEvidence;
  if (stored.v < VERSION) return null;
  if (stored.v > VERSION)
    throw invalid('/evidence', 'EVIDENCE_VERSION', `Evidence of version ${stored.v} is not known here.`);
  const { charge, meter, tariff, transaction } = stored;
  return {
    account: charge.account,
    zone: stored.zone,
    intervalMs: meter.interval,
    t0Ms: Number(charge.from),
    t1Ms: Number(charge.to),
    startMicro: BigInt(charge.start),
    endMicro: BigInt(charge.end),
    modulusMicro: big(meter.modulus),
    quantityMicro: BigInt(charge.quantity),
    amountMicro: BigInt(charge.amount),
    accruedMicro: BigInt(charge.accrued),
    carryPico: BigInt(charge.carry),
    lines: charge.lines,
    ...(charge.extra ? { extra: extraOf(charge.extra) } : {}),
    tariff: { ...tariff, versions: tariff.versions.map(versionOf) },
    readings: stored.readings.map(({ at, value, rates }) => ({
      ...{ tsMs: Number(at), valueMicro: BigInt(value) },
      ...(rates ? { rates: bigs(rates) } : {}),
    })),
    rateRegisters: meter.rates && { periods: meter.rates.periods, lsbMicro: BigInt(meter.rates.lsbMicro) },
    readingsSince: stored.readingsSince,
    tiersElsewhere: stored.tiersElsewhere,
    ledger: transaction && ledgerOf(transaction),
  };
}

const big = (text: string | null): bigint | null => (text === null ? null : BigInt(text));
const bigs = (texts: Readonly<Record<string, string>>): Record<string, bigint> =>
  Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, BigInt(text)]));

function extraOf(stored: NonNullable<StoredEvidence['charge']['extra']>): NonNullable<ChargeProof['extra']> {
  return {
    sums: stored.sums.map(({ key, numerator, amountMicro, carry }) => ({
      key,
      numerator: BigInt(numerator),
      amountMicro: BigInt(amountMicro),
      carry: BigInt(carry),
    })),
    free: stored.free?.map((left) => ({ ...left, leftMicro: BigInt(left.leftMicro) })) ?? null,
  };
}

function versionOf(stored: Decimal<TariffVersion>): TariffVersion {
  const { tierLimitsMicro, pricesMicro, exportPricesMicro, surcharges, ...version } = stored;
  return {
    ...version,
    tierLimitsMicro: tierLimitsMicro.map(big),
    pricesMicro: pricesMicro.map(bigs),
    ...(exportPricesMicro ? { exportPricesMicro: bigs(exportPricesMicro) } : {}),
    ...(surcharges
      ? { surcharges: surcharges.map((one) => ({ ...one, valueMicro: BigInt(one.valueMicro) })) }
      : {}),
  };
}

function ledgerOf(stored: NonNullable<StoredEvidence['transaction']>): NonNullable<ChargeProof['ledger']> {
  const { id, key, kind, at, currency, lines, hash, reverses, entries } = stored;
  return {
    ...{ id, key, kind, currency, reverses },
    ...{ atMs: Number(at), linesHash: lines, txHash: hash },
    entries: entries.map((entry) => ({
      pot: entry.pot,
      amountMicro: BigInt(entry.amount),
      accountSeq: big(entry.seq),
      balanceAfterMicro: big(entry.balance),
      entryHash: entry.hash,
      prevHash: entry.before,
    })),
  };
}
