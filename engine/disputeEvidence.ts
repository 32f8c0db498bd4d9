import type { Tx } from '../db/client';
import { campusScope } from '../db/queries/scope';
import { evidenceText } from '../domain/credit/chargeEvidence';
import { sha256Hex } from '../domain/credit/sha256';
import { DomainError } from '../domain/errors';
import { nodeSha256 } from './context';
import { proveCharge } from './proveCharge';
import type { CampusEntry } from './registry';

/** What stood when a charge was contested: canonical JSON, and its SHA-256 in hex. */
export interface Evidence {
  readonly text: string;
  readonly hash: string;
}

/**
 * Freezes all from which a charge follows: registers, lines, the readings around it with their rate registers, the tariff
 * versions with the calendar's days, what other payers paid, the transaction with its hashes.
 * @throws DomainError notFound/CHARGE
 */
export async function freezeEvidence(
  tx: Tx,
  campus: CampusEntry,
  chargeId: bigint,
  nowMs: number,
): Promise<Evidence> {
  const proven = await proveCharge(tx, campusScope(campus.id, new Date(nowMs)), chargeId, campus.zone.iana);
  if (!proven) throw new DomainError('notFound', 'CHARGE', `There is no charge ${chargeId}.`);
  const { charge, tariff, checkpoint, proof } = proven;
  const text = evidenceText(
    {
      frozenMs: nowMs,
      chargeId,
      account: charge.accountCode,
      meter: charge.meterCode,
      point: charge.pointCode,
      register: charge.register,
      epoch: charge.epoch,
      rev: charge.rev,
      tariffNumber: tariff.numbers[proof.tariff.version] ?? null,
      checkpoint,
    },
    proof,
  );
  return { text, hash: sha256Hex(text, nodeSha256) };
}
