import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { secondSchema } from '../../../contracts/payments';
import { restReason } from '../../../contracts/restCommon';
import { takeOverCounter } from '../../services/accounts/topUp';
import { readChargeProof, readCharges } from '../../services/rooms/readCharges';
import { readRoomHistory } from '../../services/rooms/readHistory';
import { readRoomTrace, readRoomWeek } from '../../services/rooms/readLoad';
import { readPayment } from '../../services/rooms/readPayment';
import { readRoom } from '../../services/rooms/readRoom';
import { requestRestore } from '../../services/rooms/requestRestore';
import { protectedProcedure, router } from '../init';

const room = z.strictObject({ code: codeField });
const id = z.string().regex(/^[1-9]\d{0,17}$/);

/** A room: supply, load, credit, charges with their proofs, and the cash desk. */
export const roomsRouter = router({
  get: protectedProcedure.input(room).query(({ ctx, input }) => readRoom(ctx, ctx.caller, input.code)),

  trace: protectedProcedure
    .input(
      z.strictObject({ code: codeField, meterCode: codeField, minutes: z.number().int().min(5).max(360) }),
    )
    .query(({ ctx, input }) => readRoomTrace(ctx, ctx.caller, input)),

  week: protectedProcedure
    .input(z.strictObject({ code: codeField, meterCode: codeField, accountCode: codeField.nullable() }))
    .query(({ ctx, input }) => readRoomWeek(ctx, ctx.caller, input)),

  history: protectedProcedure.input(room).query(({ ctx, input }) => readRoomHistory(ctx, ctx.caller, input)),

  charges: protectedProcedure
    .input(
      z.strictObject({
        accountCode: codeField,
        before: z.strictObject({ t1Ms: z.number().int().nonnegative(), id }).nullable(),
        limit: z.number().int().min(1).max(100),
      }),
    )
    .query(({ ctx, input }) => readCharges(ctx, ctx.caller, input)),

  charge: protectedProcedure
    .input(z.strictObject({ id }))
    .query(({ ctx, input }) => readChargeProof(ctx, ctx.caller, input)),

  payment: protectedProcedure
    .input(z.strictObject({ accountCode: codeField, id: z.string().min(1).max(64) }))
    .query(({ ctx, input }) => readPayment(ctx, ctx.caller, input)),

  /** The cash desk: money handed over a counter, with the number of its receipt. */
  topUp: protectedProcedure
    .input(
      z.strictObject({
        accountCode: codeField,
        amount: z.string().max(20),
        reference: z.string().min(1).max(64),
        reason: restReason.optional(),
        /** Above what a cashier takes alone: who consents beside. */
        second: secondSchema.optional(),
      }),
    )
    .mutation(({ ctx, input }) =>
      takeOverCounter({ ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo }, ctx.caller, input),
    ),

  requestRestore: protectedProcedure
    .input(z.strictObject({ code: codeField, pointCode: codeField, reason: restReason }))
    .mutation(({ ctx, input }) => requestRestore(ctx, ctx.caller, input)),
});
