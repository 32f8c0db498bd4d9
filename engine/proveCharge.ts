import {
  type EnclosingReading,
  enclosingReadings,
  findProofCharge,
  findProofTx,
  type ProofCharge,
} from '../db/queries/chargeProofs';
import { ratePeriodsOf } from '../db/queries/registry';
import type { ScopeFilter, Source } from '../db/queries/scope';
import { findTariff, type StoredTariff } from '../db/queries/tariffBooks';
import type { ChargeProof } from '../domain/credit/chargeProof';
import { registerLsbMicro } from '../domain/metering/registerSpec';
import { readExtra } from '../domain/tariffs/sideStreams';
import type { TariffVersion } from '../domain/tariffs/tariff';
import { MICRO } from '../domain/units';

/** A charge with all from which anybody recomputes it, and what names it. */
export interface ProvenCharge {
  readonly charge: ProofCharge;
  readonly tariff: StoredTariff;
  readonly readings: readonly EnclosingReading[];
  /** Number of the checkpoint that seals its transaction; null: none yet. */
  readonly checkpoint: number | null;
  readonly proof: ChargeProof;
}

/**
 * Gathers what proves a charge within the scope; null where there is none.
 * @param zone the campus's time zone, by its IANA name
 */
export async function proveCharge(
  source: Source,
  scope: ScopeFilter,
  chargeId: bigint,
  zone: string,
): Promise<ProvenCharge | null> {
  const charge = await findProofCharge(source, scope, chargeId);
  if (!charge) return null;
  const version = String(charge.tariffVersionId);
  const tariff = await findTariff(source, charge.tariffId, {
    versionId: charge.tariffVersionId,
    t1Ms: charge.t1Ms,
  });
  if (!tariff) return null;
  const booked = charge.txId === null ? null : await findProofTx(source, charge.txId);
  // Readings hold the billing register; what is exported has one of its own.
  const readings =
    charge.register === 'EE'
      ? []
      : (await enclosingReadings(source, charge.meterId, charge.t0Ms, charge.t1Ms)).filter(
          ({ epoch }) => epoch === charge.epoch,
        );
  const periods = ratePeriodsOf(charge.profileOptions ?? {});
  const multiplier = charge.ratioMicro / MICRO;
  const { t0Ms, t1Ms, startMicro, endMicro, quantityMicro, amountMicro } = charge;
  return {
    charge,
    tariff,
    readings,
    checkpoint: booked?.checkpoint ?? null,
    proof: {
      account: charge.accountCode,
      ...{ zone, t0Ms, t1Ms, startMicro, endMicro, quantityMicro, amountMicro },
      intervalMs: charge.intervalMs,
      modulusMicro: charge.modulusMicro,
      accruedMicro: charge.accruedMicro,
      carryPico: charge.carryPico,
      lines: charge.lines,
      extra: readExtra(charge.extra),
      tariff: {
        version,
        versions: versionsWithin(tariff.versions, Math.min(t0Ms, readings[0]?.tsMs ?? t0Ms), t1Ms),
        calendar: tariff.calendar,
      },
      readings: readings.map(({ tsMs, valueMicro, rates }) => ({
        ...{ tsMs, valueMicro },
        ...(rates ? { rates: bigRates(rates) } : {}),
      })),
      rateRegisters:
        periods.length === 0
          ? null
          : {
              periods,
              lsbMicro: registerLsbMicro({ registerDecimals: charge.registerDecimals, multiplier }),
            },
      readingsSince:
        charge.supersededBy !== null ||
        charge.rev > 0 ||
        readings.some(({ receivedMs }) => receivedMs > charge.postedMs),
      tiersElsewhere: charge.sharesTiers || charge.rev > 0,
      ledger: booked && {
        id: booked.tx.id.toString(),
        key: booked.tx.key,
        kind: booked.tx.kind,
        atMs: booked.tx.tMs,
        currency: booked.tx.currency,
        linesHash: booked.tx.linesHash,
        txHash: booked.tx.txHash,
        reverses: booked.tx.reverses?.toString() ?? null,
        entries: booked.entries.map(
          ({ pot, amountMicro, accountSeq, balanceAfterMicro, entryHash, prevHash }) => ({
            ...{ pot, amountMicro, accountSeq, balanceAfterMicro, entryHash, prevHash },
          }),
        ),
      },
    },
  };
}

const bigRates = (rates: Readonly<Record<string, string>>): Record<string, bigint> =>
  Object.fromEntries(Object.entries(rates).map(([channel, value]) => [channel, BigInt(value)]));

/** The versions in force at some instant from `fromMs` to `toMs`; they come in order of their start. */
function versionsWithin(
  versions: readonly TariffVersion[],
  fromMs: number,
  toMs: number,
): readonly TariffVersion[] {
  return versions.filter(
    ({ validFromMs }, at) =>
      validFromMs <= toMs && (versions[at + 1]?.validFromMs ?? Number.POSITIVE_INFINITY) > fromMs,
  );
}
