import { z } from 'zod';
import { publishedKeys } from '../../../engine/ledgerKeys';
import { readReceipt } from '../../services/receipts/readReceipt';
import { protectedProcedure, publicProcedure, router } from '../init';

/** Proofs of single transactions, and the keys by which anybody checks them. */
export const receiptsRouter = router({
  get: protectedProcedure
    .input(z.strictObject({ txId: z.string().regex(/^[1-9]\d{0,17}$/) }))
    .query(async ({ ctx, input }) => {
      const view = await readReceipt(ctx, ctx.caller, input);
      return {
        ...view,
        verifyUrl: view.receipt === null ? null : `${ctx.host.publicUrl}/verify#${view.receipt}`,
      };
    }),

  keys: publicProcedure.query(({ ctx }) => publishedKeys(ctx.host.database, ctx.host.ledgerKeys)),
});
