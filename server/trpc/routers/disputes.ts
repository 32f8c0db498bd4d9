import { z } from 'zod';
import { secondSchema } from '../../../contracts/payments';
import {
  closeDecided,
  contestCharge,
  reviewDispute,
  settleDispute,
  viewDisputeOfCharge,
  viewDisputes,
  viewEvidence,
} from '../../services/disputes/disputes';
import { protectedProcedure, router } from '../init';

const chargeId = z.string().regex(/^[1-9]\d{0,17}$/);
const id = z.string().length(26);
const reason = z.string().trim().min(1).max(500);

/** Objections of payers to single charges. */
export const disputesRouter = router({
  list: protectedProcedure.query(({ ctx }) => viewDisputes(ctx, ctx.caller)),

  ofCharge: protectedProcedure
    .input(z.strictObject({ chargeId }))
    .query(({ ctx, input }) => viewDisputeOfCharge(ctx, ctx.caller, input)),

  evidence: protectedProcedure
    .input(z.strictObject({ id }))
    .query(({ ctx, input }) => viewEvidence(ctx, ctx.caller, input)),

  open: protectedProcedure
    .input(z.strictObject({ chargeId, reason }))
    .mutation(({ ctx, input }) => contestCharge(ctx, ctx.caller, input)),

  review: protectedProcedure
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) => reviewDispute(ctx, ctx.caller, input)),

  decide: protectedProcedure
    .input(
      z.strictObject({
        id,
        reason,
        remedy: z
          .discriminatedUnion('kind', [
            z.strictObject({
              kind: z.literal('RERATE'),
              discardReadingMs: z.number().int().positive().nullable(),
            }),
            z.strictObject({ kind: z.literal('GOODWILL'), amount: z.string().max(20) }),
          ])
          .nullable(),
        second: secondSchema.optional(),
      }),
    )
    .mutation(({ ctx, input }) =>
      settleDispute({ ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo }, ctx.caller, input),
    ),

  close: protectedProcedure
    .input(z.strictObject({ id }))
    .mutation(({ ctx, input }) => closeDecided(ctx, ctx.caller, input)),
});
