import { z } from 'zod';
import { restTime } from './restCommon';

/** Result of recomputing the whole ledger. */
export const verificationSchema = z
  .strictObject({
    ok: z.boolean(),
    firstBadId: z.string().nullable().meta({ description: 'First id that does not hold; null when all do.' }),
    problem: z.string().nullable(),
    transactions: z.string(),
    entries: z.string(),
    verifiedAt: restTime,
    checkpoint: z
      .strictObject({
        n: z.number().int(),
        fromTx: z.string(),
        toTx: z.string(),
        count: z.number().int(),
        root: z.string(),
        madeAt: restTime,
        keyId: z.string(),
        signature: z.string(),
      })
      .nullable(),
  })
  .meta({ id: 'LedgerVerification' });
