import { rateSharesBetween } from '../metering/rateShares';
import {
  chargeLine,
  linesWithSurcharges,
  mergePieces,
  type RatedLine,
  surchargeOfLine,
} from '../tariffs/chargeLines';
import { exportVersions } from '../tariffs/exportPrices';
import { GivenFreeUnits } from '../tariffs/freeUnits';
import type { Payer, RatedPiece } from '../tariffs/ratedPiece';
import { rateInterval } from '../tariffs/rateSegment';
import type { ChargeExtra } from '../tariffs/sideStreams';
import type { TariffVersion } from '../tariffs/tariff';
import { prepareTariffBook, type TariffBook } from '../tariffs/tariffBook';
import { campusZone } from '../time/campusTime';
import type { ChargeLineRecord } from './chargeLines';
import type { ChargeProof, StepOutcome } from './chargeProof';

/**
 * Rates a charge again, in three steps. SPLIT: the readings lead to what was used in each price period. TIERS: what each payer
 * pays of it in each tier, with the surcharges. TARIFF: every price is the one of the version that the charge names, which was in
 * force then, and so were the periods of the lines; this needs no readings.
 */
export function rateAgain(
  proof: ChargeProof,
  extra: ChargeExtra,
): Record<'SPLIT' | 'TIERS' | 'TARIFF', StepOutcome> {
  const { versions, calendar } = proof.tariff;
  const exported = proof.lines.some(({ payer }) => payer === 'SUPPLIER');
  const book = prepareTariffBook({
    versions: (exported && exportVersions(versions)) || versions,
    ...{ calendar, zone: campusZone(proof.zone) },
  });
  if (proof.t0Ms < book.startMs) return { SPLIT: false, TIERS: false, TARIFF: false };
  const split: Record<'SPLIT' | 'TIERS', StepOutcome> = exported
    ? { SPLIT: 'OTHER_REGISTER', TIERS: 'OTHER_REGISTER' }
    : splitAgain(proof, extra, book);
  return { ...split, TARIFF: pricesAgree(proof, book) };
}

function splitAgain(
  proof: ChargeProof,
  extra: ChargeExtra,
  book: TariffBook,
): Record<'SPLIT' | 'TIERS', StepOutcome> {
  const { readings, t0Ms, t1Ms } = proof;
  const covered = (readings[0]?.tsMs ?? Infinity) <= t0Ms && (readings.at(-1)?.tsMs ?? -Infinity) >= t1Ms;
  if (!covered) return { SPLIT: 'READINGS_GONE', TIERS: 'READINGS_GONE' };
  const pieces = piecesAgain(proof, extra, book);
  const first = pieces[0];
  const energy = mergePieces(pieces);
  const lines = linesWithSurcharges(
    energy,
    first?.surcharges ?? null,
    pieces.filter((piece) => piece.beginsDay).length,
    first?.tariffVersion ?? '',
  ).map(chargeLine);
  if (sameSums(lines, proof.lines, whole)) return { SPLIT: true, TIERS: true };
  const since = proof.readingsSince && 'READINGS_SINCE';
  const split = sameSums(energy.map(chargeLine), proof.lines.filter(isEnergy), ({ period }) => period);
  if (!split) return { SPLIT: since, TIERS: since };
  return { SPLIT: true, TIERS: since || (proof.tiersElsewhere && 'TIERS_ELSEWHERE') };
}

function piecesAgain(proof: ChargeProof, extra: ChargeExtra, book: TariffBook): RatedPiece[] {
  const { t0Ms, t1Ms, intervalMs, rateRegisters } = proof;
  const pieces: RatedPiece[] = [];
  const free = extra.free && new GivenFreeUnits(extra.free);
  let accrual = { periodStartMs: book.at(t0Ms).accrualStartMs ?? 0, quantityMicro: proof.accruedMicro };
  let before: ChargeProof['readings'][number] | undefined;
  for (const reading of proof.readings) {
    const quantityMicro = before ? advanceMicro(proof, before.valueMicro, reading.valueMicro) : 0n;
    // A step back that no rollover explains is jitter: nothing was charged, and the register before it stays the baseline.
    if (quantityMicro < 0n) continue;
    if (before && reading.tsMs > t0Ms && before.tsMs < t1Ms) {
      const part = { fromMs: Math.max(before.tsMs, t0Ms), toMs: Math.min(reading.tsMs, t1Ms) };
      const isWhole = part.fromMs === before.tsMs && part.toMs === reading.tsMs;
      const shares = rateRegisters && rateSharesBetween(rateRegisters.periods, before.rates, reading.rates);
      const rated = rateInterval(
        book,
        accrual,
        {
          ...{ fromMs: before.tsMs, toMs: reading.tsMs, quantityMicro },
          ...(shares ? { rateRegisters: { shares, lsbMicro: rateRegisters.lsbMicro } } : {}),
        },
        { intervalMs, ...(isWhole ? {} : { part }), ...(free ? { free } : {}) },
      );
      pieces.push(...rated.pieces);
      accrual = rated.accrual;
    }
    before = reading;
  }
  return pieces;
}

/** A register that wrapped advanced by little; a step back by little is none. */
function advanceMicro({ modulusMicro }: ChargeProof, fromMicro: bigint, toMicro: bigint): bigint {
  const advance = toMicro - fromMicro;
  return advance < 0n && modulusMicro !== null && -advance * 2n > modulusMicro
    ? advance + modulusMicro
    : advance;
}

/** The version that the charge names was in force, and has these prices, periods and surcharges. */
function pricesAgree(
  { tariff, t0Ms, t1Ms, lines, rateRegisters, zone }: ChargeProof,
  book: TariffBook,
): boolean {
  const { version } = book.at(t0Ms);
  if (version.code !== tariff.version) return false;
  if (!lines.every((line) => BigInt(line.price_u) === priceOf(version, line))) return false;
  const energy = lines.filter(isEnergy);
  const periods = new Set<string>();
  for (let atMs = t0Ms; atMs < t1Ms; atMs = book.nextBoundaryAfter(atMs)) periods.add(book.at(atMs).period);
  // A meter's own clock says which rate register counts: it may be a little off.
  if (!rateRegisters && !energy.every((line) => periods.has(line.period))) return false;
  const charged = linesWithSurcharges(
    energy.map((line) => ratedLine(line, version.code)),
    version.surcharges ?? null,
    daysBegunIn(zone, t0Ms, t1Ms),
    version.code,
  ).map(chargeLine);
  return sameSums(charged, lines, whole);
}

function priceOf(version: TariffVersion, line: ChargeLineRecord): bigint | undefined {
  const surcharge = surchargeOfLine(line);
  if (surcharge)
    return version.surcharges?.find(({ kind, code }) => kind === surcharge.kind && code === surcharge.code)
      ?.valueMicro;
  return version.pricesMicro[Number(line.tier) - 1]?.[line.period];
}

function daysBegunIn(zoneName: string, fromMs: number, toMs: number): number {
  const zone = campusZone(zoneName);
  let days = 0;
  for (let day = zone.dayAt(fromMs); day.startMs < toMs; day = zone.dayAt(day.endMs))
    if (day.startMs >= fromMs) days++;
  return days;
}

const isEnergy = (line: ChargeLineRecord): boolean => surchargeOfLine(line) === null;

const ratedLine = (line: ChargeLineRecord, tariffVersion: string): RatedLine => ({
  ...{ tariffVersion, period: line.period, tier: Number(line.tier), payer: line.payer as Payer },
  ...{ estimated: line.estimated, quantityMicro: BigInt(line.q_u), priceMicro: BigInt(line.price_u) },
  numeratorPico: BigInt(line.amount_n),
});

/**
 * All of a line but its share: whether that was estimated depends on what lies beyond the charge, and is covered by the hash of
 * the lines.
 */
const whole = ({ period, tier, price_u, payer }: ChargeLineRecord): string =>
  [period, tier, price_u, payer].join(' ');

/** Whether the lines of one key come to the same quantity; and, where the key has the price, to the same money. */
function sameSums(
  left: readonly ChargeLineRecord[],
  right: readonly ChargeLineRecord[],
  keyOf: (line: ChargeLineRecord) => string,
): boolean {
  const sums = (lines: readonly ChargeLineRecord[]) => {
    const found = new Map<string, bigint>();
    for (const line of lines) found.set(keyOf(line), (found.get(keyOf(line)) ?? 0n) + BigInt(line.q_u));
    return found;
  };
  const ours = sums(left);
  const theirs = sums(right);
  return ours.size === theirs.size && [...ours].every(([key, quantity]) => theirs.get(key) === quantity);
}
