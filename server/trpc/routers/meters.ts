import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { inspectMeterNow, readGatewayInspections, readInspections } from '../../services/meters/inspections';
import { readMeterDay } from '../../services/meters/readDay';
import { readMeterLog } from '../../services/meters/readLog';
import { readMeter } from '../../services/meters/readMeter';
import { viewFleet } from '../../services/meters/viewFleet';
import { permissionProcedure, protectedProcedure, router } from '../init';

const PAGE_MAX = 200;
const meter = z.strictObject({ code: codeField });
const facet = z.string().max(64).nullable();

/** The fleet of meters, and one of them. */
export const metersRouter = router({
  fleet: permissionProcedure('VIEW_HEALTH')
    .input(
      z.strictObject({
        filter: z.strictObject({
          text: z.string().max(100),
          utility: facet,
          status: facet,
          contact: facet,
          building: facet,
          gateway: facet,
          inspection: facet,
        }),
        offset: z.number().int().min(0).max(1_000_000),
        limit: z.number().int().min(1).max(PAGE_MAX),
      }),
    )
    .query(({ ctx, input }) => viewFleet(ctx, ctx.caller, input)),

  get: protectedProcedure.input(meter).query(({ ctx, input }) => readMeter(ctx, ctx.caller, input.code)),

  log: protectedProcedure.input(meter).query(({ ctx, input }) => readMeterLog(ctx, ctx.caller, input.code)),

  inspections: protectedProcedure
    .input(meter)
    .query(({ ctx, input }) => readInspections(ctx, ctx.caller, input.code)),

  gatewayInspections: permissionProcedure('VIEW_HEALTH')
    .input(z.strictObject({ code: codeField }))
    .query(({ ctx, input }) => readGatewayInspections(ctx, ctx.caller, ctx.scope, input.code)),

  inspect: protectedProcedure
    .input(meter)
    .mutation(({ ctx, input }) =>
      inspectMeterNow({ ...ctx, inspectLimit: ctx.host.inspectLimit }, ctx.caller, input.code),
    ),

  day: protectedProcedure.input(meter).query(({ ctx, input }) => readMeterDay(ctx, ctx.caller, input.code)),
});
