import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import {
  bankSheetSchema,
  chargebackSchema,
  claimUnassignedSchema,
  createOrderSchema,
  liftFlagSchema,
  orderNoSchema,
  refundPreviewSchema,
  refundSchema,
  resolveSuspenseSchema,
} from '../../../contracts/payments';
import { createOrder, paymentMethods } from '../../services/payments/createOrder';
import {
  claimMoney,
  enterChargeback,
  handOut,
  liftAccountFlag,
  paymentAttention,
  refundAccount,
  resolveSuspenseItem,
  retryRefund,
} from '../../services/payments/financeDesk';
import { importBankSheet } from '../../services/payments/importBankSheet';
import { payerReturned } from '../../services/payments/payerReturned';
import { readOrder, recentOrders } from '../../services/payments/readOrder';
import { previewRefund, viewRefunds } from '../../services/payments/viewRefunds';
import { protectedProcedure, router } from '../init';

/** A resident's own top-ups, from the order to measured power; and what of payments is finance's work. */
export const paymentsRouter = router({
  methods: protectedProcedure.query(({ ctx }) => paymentMethods(ctx.host, ctx.caller)),

  createOrder: protectedProcedure
    .input(createOrderSchema)
    .mutation(({ ctx, input }) => createOrder({ ...ctx, payments: ctx.host.payments }, ctx.caller, input)),

  order: protectedProcedure
    .input(z.strictObject({ orderNo: orderNoSchema }))
    .query(({ ctx, input }) => readOrder(ctx, ctx.caller, input.orderNo)),

  /** Called by the page to which a provider sends the payer back: credits nothing, and asks the provider at once. */
  returned: protectedProcedure
    .input(z.strictObject({ orderNo: orderNoSchema }))
    .mutation(({ ctx, input }) =>
      payerReturned({ ...ctx, payments: ctx.host.payments }, ctx.caller, input.orderNo),
    ),

  recentOrders: protectedProcedure.query(({ ctx }) => recentOrders(ctx, ctx.caller)),

  /** For finance: money in suspense, and orders that are paid and not credited. */
  attention: protectedProcedure.query(({ ctx }) => paymentAttention(ctx, ctx.caller)),

  claim: protectedProcedure
    .input(claimUnassignedSchema)
    .mutation(({ ctx, input }) => claimMoney(ctx, ctx.caller, input)),

  resolveSuspense: protectedProcedure
    .input(resolveSuspenseSchema)
    .mutation(({ ctx, input }) =>
      resolveSuspenseItem(
        { ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo },
        ctx.caller,
        input,
      ),
    ),

  refund: protectedProcedure
    .input(refundSchema)
    .mutation(({ ctx, input }) =>
      refundAccount({ ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo }, ctx.caller, input),
    ),

  /** Each part of each refund, newest first. */
  refunds: protectedProcedure
    .input(z.strictObject({ account: codeField.nullable() }))
    .query(({ ctx, input }) => viewRefunds(ctx, ctx.caller, input)),

  refundPreview: protectedProcedure
    .input(refundPreviewSchema)
    .query(({ ctx, input }) => previewRefund(ctx, ctx.caller, input)),

  retryRefund: protectedProcedure
    .input(z.strictObject({ refundNo: orderNoSchema }))
    .mutation(({ ctx, input }) => retryRefund(ctx, ctx.caller, input)),

  handOutRefund: protectedProcedure
    .input(z.strictObject({ refundNo: orderNoSchema, reference: z.string().min(1).max(64) }))
    .mutation(({ ctx, input }) => handOut(ctx, ctx.caller, input)),

  enterChargeback: protectedProcedure
    .input(chargebackSchema)
    .mutation(({ ctx, input }) => enterChargeback(ctx, ctx.caller, input)),

  liftFlag: protectedProcedure
    .input(liftFlagSchema)
    .mutation(({ ctx, input }) => liftAccountFlag(ctx, ctx.caller, input)),

  importBankSheet: protectedProcedure
    .input(bankSheetSchema)
    .mutation(({ ctx, input }) =>
      importBankSheet({ ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo }, ctx.caller, input),
    ),
});
