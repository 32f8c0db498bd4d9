import { findProofTx } from '../../../db/queries/chargeProofs';
import { txHashes } from '../../../db/queries/checkpoints';
import { accountOfTx, checkpointOfTx, newestCheckpointMs, paidForUnits } from '../../../db/queries/receipts';
import type { LedgerTx } from '../../../domain/credit/hashChain';
import { merklePath } from '../../../domain/credit/merkle';
import type { LedgerAccountName } from '../../../domain/credit/posting';
import { creditedMicro, paymentOf } from '../../../domain/credit/receipt';
import { receiptText } from '../../../domain/credit/receiptText';
import { DomainError } from '../../../domain/errors';
import { signedRecord } from '../../../engine/checkpointKey';
import { nodeSha256 } from '../../../engine/context';
import { type Caller, requirePermission } from '../../auth/caller';
import type { ServiceDeps } from '../deps';

/** Checkpoints are made this often. */
const SEALED_EVERY_MS = 600_000;

/** A transaction with the proof that it stands in the ledger. */
export interface ReceiptView {
  readonly txId: string;
  readonly kind: string;
  readonly atMs: number;
  readonly currency: string;
  readonly accountCode: string;
  /** Room of the account; null: it has none. */
  readonly spaceCode: string | null;
  /** What it added to the account, µ; below 0 for a charge. */
  readonly amountMicro: bigint;
  readonly payment: { readonly channel: string; readonly reference: string } | null;
  /** What was paid for units, in the campus's money; null: it sold none. */
  readonly paid: { readonly amountMicro: bigint; readonly currency: string } | null;
  readonly txHash: string;
  /** The receipt as text for a QR code; null: no checkpoint seals the transaction yet. */
  readonly receipt: string | null;
  readonly checkpoint: { readonly n: number; readonly madeMs: number; readonly keyId: string } | null;
  /** When a checkpoint will seal it at the latest; null: one does. */
  readonly sealedByMs: number | null;
}

/** The receipt of one transaction of an account that the caller sees. @throws DomainError `forbidden`, `notFound` */
export async function readReceipt(
  deps: ServiceDeps,
  caller: Caller,
  input: { readonly txId: string },
): Promise<ReceiptView> {
  const { scope } = requirePermission(caller, 'VIEW_MONEY');
  const id = BigInt(input.txId);
  const account = await accountOfTx(deps.reader, scope, id);
  const booked = account && (await findProofTx(deps.reader, id));
  if (!account || !booked)
    throw new DomainError('notFound', 'TRANSACTION', `There is no transaction ${input.txId}.`);
  const tx = hashedTx(booked);
  const checkpoint = await checkpointOfTx(deps.reader, id);
  const paidMicro = tx.kind === 'units' ? await paidForUnits(deps.reader, id) : null;
  const nowMs = deps.engine.clock.now();
  return {
    txId: tx.id,
    kind: tx.kind,
    atMs: tx.at,
    currency: tx.ccy,
    accountCode: account.code,
    spaceCode: account.spaceCode,
    amountMicro: creditedMicro(tx),
    payment: paymentOf(tx),
    paid: paidMicro === null ? null : { amountMicro: paidMicro, currency: caller.campus.currency },
    txHash: booked.tx.txHash,
    receipt:
      checkpoint &&
      receiptText({
        tx,
        txHash: booked.tx.txHash,
        path: await pathTo(deps, checkpoint, id),
        checkpoint: {
          ...signedRecord(checkpoint),
          keyId: checkpoint.keyId,
          signature: checkpoint.signature.toString('hex'),
        },
      }),
    checkpoint: checkpoint && { n: checkpoint.n, madeMs: checkpoint.madeMs, keyId: checkpoint.keyId },
    sealedByMs: checkpoint
      ? null
      : Math.max(nowMs, ((await newestCheckpointMs(deps.reader)) ?? nowMs) + SEALED_EVERY_MS),
  };
}

/** The way from a transaction to its checkpoint's root. The leaves are hashes of everybody's; they say nothing about anyone. */
async function pathTo(deps: ServiceDeps, checkpoint: { fromTx: bigint; toTx: bigint }, id: bigint) {
  const leaves = await txHashes(deps.database.pool, checkpoint.fromTx, checkpoint.toTx);
  return merklePath(
    leaves.map(({ txHash }) => txHash.toString('hex')),
    leaves.findIndex((leaf) => leaf.id === id),
    nodeSha256,
  );
}

function hashedTx({ tx, entries }: NonNullable<Awaited<ReturnType<typeof findProofTx>>>): LedgerTx {
  const postings = [];
  for (let at = 0; at + 1 < entries.length; at += 2) {
    const from = entries[at]!;
    const to = entries[at + 1]!;
    postings.push({
      s: from.pot as LedgerAccountName,
      d: to.pot as LedgerAccountName,
      a: to.amountMicro,
      ccy: tx.currency,
    });
  }
  return {
    id: tx.id.toString(),
    key: tx.key,
    kind: tx.kind,
    at: tx.tMs,
    ccy: tx.currency,
    postings,
    ...(tx.linesHash === null ? {} : { lines: tx.linesHash }),
    ...(tx.reverses === null ? {} : { reverses: tx.reverses.toString() }),
  };
}
