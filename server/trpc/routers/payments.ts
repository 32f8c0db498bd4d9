import { z } from 'zod';
import { createOrderSchema, orderNoSchema } from '../../../contracts/payments';
import { createOrder, paymentMethods } from '../../services/payments/createOrder';
import { payerReturned } from '../../services/payments/payerReturned';
import { readOrder, recentOrders } from '../../services/payments/readOrder';
import { protectedProcedure, router } from '../init';

/** A resident's own top-ups, from the order to measured power. */
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
});
