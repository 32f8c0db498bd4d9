import { z } from 'zod';
import { restTime } from './restCommon';

/** Proof that a transaction stands in the ledger. */
export const receiptSchema = z
  .strictObject({
    txId: z.string(),
    kind: z.string(),
    at: restTime,
    account: z.string(),
    amount: z.string().meta({ description: 'What it added to the account; below 0 for a charge.' }),
    currency: z.string(),
    channel: z.string().nullable(),
    reference: z.string().nullable(),
    txHash: z.string(),
    receipt: z
      .string()
      .nullable()
      .meta({ description: 'Text of the QR code; null until a checkpoint seals the transaction.' }),
    verifyPath: z
      .string()
      .nullable()
      .meta({ description: 'Address below the server on which any browser recomputes the receipt.' }),
    checkpoint: z.strictObject({ n: z.number().int(), madeAt: restTime, keyId: z.string() }).nullable(),
    sealedBy: restTime
      .nullable()
      .meta({ description: 'When a checkpoint will seal it at the latest; null: one does.' }),
  })
  .meta({ id: 'Receipt' });

/** Public keys under which checkpoints are signed. */
export const ledgerKeysSchema = z
  .strictObject({
    keys: z.array(
      z.strictObject({
        keyId: z.string(),
        publicKey: z.string().meta({ description: 'Raw Ed25519 public key, hex.' }),
        afterCheckpoint: z
          .int()
          .optional()
          .meta({ description: 'It signs the checkpoints after this one, until the next key comes.' }),
      }),
    ),
  })
  .meta({ id: 'LedgerKeys' });
