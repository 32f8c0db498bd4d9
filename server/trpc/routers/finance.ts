import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { reversalSchema } from '../../../contracts/payments';
import { reverseByHand } from '../../services/finance/reverseByHand';
import { findAccounts, viewAccount } from '../../services/finance/viewAccount';
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

/** The ledger as finance reads it, what it adds up to, and the accounts that it is of. */
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

  /** Accounts by code, room, name or a resident's whole number or name; those in arrears for an empty text. */
  accounts: protectedProcedure
    .input(z.strictObject({ text: z.string().trim().max(64) }))
    .query(({ ctx, input }) => findAccounts(ctx, ctx.caller, input.text)),

  account: protectedProcedure
    .input(z.strictObject({ account: codeField }))
    .query(({ ctx, input }) => viewAccount(ctx, ctx.caller, input.account)),

  exportLedger: protectedProcedure
    .input(z.strictObject(query))
    .mutation(({ ctx, input }) => exportLedger(ctx, ctx.caller, input)),

  reverse: protectedProcedure
    .input(reversalSchema)
    .mutation(({ ctx, input }) =>
      reverseByHand({ ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo }, ctx.caller, input),
    ),
});
