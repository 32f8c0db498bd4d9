import type { Tx } from '../db/client';
import { enclosingReadings, findProofCharge, findProofTx } from '../db/queries/chargeProofs';
import { campusScope } from '../db/queries/scope';
import { tariffBodyOf } from '../db/queries/storedTariff';
import { findTariff } from '../db/queries/tariffBooks';
import { type CanonicalValue, jcs } from '../domain/credit/jcs';
import { sha256Hex } from '../domain/credit/sha256';
import { DomainError } from '../domain/errors';
import { nodeSha256 } from './context';

/** What stood when a charge was contested: canonical JSON, and its SHA-256 in hex. */
export interface Evidence {
  readonly text: string;
  readonly hash: string;
}

/**
 * Freezes all from which a charge follows: registers, lines, the readings around it, the tariff version, the transaction with
 * its hashes. Integers as decimal text, times in ms UTC.
 * @throws DomainError notFound/CHARGE
 */
export async function freezeEvidence(
  tx: Tx,
  campusId: number,
  chargeId: bigint,
  nowMs: number,
): Promise<Evidence> {
  const charge = await findProofCharge(tx, campusScope(campusId, new Date(nowMs)), chargeId);
  const tariff = charge && (await findTariff(tx, charge.tariffId));
  if (!charge || !tariff) throw new DomainError('notFound', 'CHARGE', `There is no charge ${chargeId}.`);
  const version = tariff.versions.find(({ code }) => code === String(charge.tariffVersionId));
  const booked = charge.txId === null ? null : await findProofTx(tx, charge.txId);
  const readings = await enclosingReadings(tx, charge.meterId, charge.t0Ms, charge.t1Ms);
  const number = (value: bigint | null) => value?.toString() ?? null;
  const evidence: CanonicalValue = {
    v: 1,
    frozen: String(nowMs),
    charge: {
      id: charge.id.toString(),
      account: charge.accountCode,
      meter: charge.meterCode,
      point: charge.pointCode,
      register: charge.register,
      epoch: charge.epoch,
      rev: charge.rev,
      from: String(charge.t0Ms),
      to: String(charge.t1Ms),
      start: number(charge.startMicro),
      end: number(charge.endMicro),
      quantity: number(charge.quantityMicro),
      amount: number(charge.amountMicro),
      accrued: number(charge.accruedMicro),
      carry: number(charge.carryPico),
      lines: charge.lines.map((line) => ({ ...line })),
    },
    readings: readings.map((reading) => ({
      at: String(reading.tsMs),
      value: number(reading.valueMicro),
      quantity: number(reading.quantityMicro),
      epoch: reading.epoch,
    })),
    tariff: version
      ? {
          version: version.code,
          number: tariff.numbers[version.code] ?? null,
          from: String(version.validFromMs),
          body: JSON.parse(JSON.stringify(tariffBodyOf(version))) as CanonicalValue,
        }
      : null,
    transaction: booked && {
      id: booked.tx.id.toString(),
      key: booked.tx.key,
      hash: booked.tx.txHash,
      lines: booked.tx.linesHash,
      entries: booked.entries.map((entry) => ({
        pot: entry.pot,
        amount: number(entry.amountMicro),
        seq: number(entry.accountSeq),
        balance: number(entry.balanceAfterMicro),
        hash: entry.entryHash,
      })),
      checkpoint: booked.checkpoint,
    },
  };
  const text = jcs(evidence);
  return { text, hash: sha256Hex(text, nodeSha256) };
}
