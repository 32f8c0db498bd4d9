import { z } from 'zod';
import { viewFigures } from '../../services/finance/viewFigures';
import { exportLedger, LEDGER_SPANS, viewLedger } from '../../services/finance/viewLedger';
import { protectedProcedure, router } from '../init';

const word = z.string().trim().min(1).max(64).nullable();
const query = {
  span: z.enum(LEDGER_SPANS),
  room: word,
  order: word,
  operator: word,
};

/** The ledger as finance reads it, and what it adds up to. */
export const financeRouter = router({
  figures: protectedProcedure.query(({ ctx }) => viewFigures(ctx, ctx.caller)),

  ledger: protectedProcedure
    .input(
      z.strictObject({
        ...query,
        before: z
          .strictObject({ txId: z.string().regex(/^\d{1,18}$/), n: z.number().int().min(0).max(1_000) })
          .nullable(),
        limit: z.number().int().min(1).max(200),
      }),
    )
    .query(({ ctx, input }) => viewLedger(ctx, ctx.caller, input)),

  exportLedger: protectedProcedure
    .input(z.strictObject(query))
    .mutation(({ ctx, input }) => exportLedger(ctx, ctx.caller, input)),
});
