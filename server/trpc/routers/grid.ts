import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { readFeederLoad } from '../../services/grid/readFeederLoad';
import { readFeederLosses } from '../../services/grid/readLosses';
import { viewGrid } from '../../services/grid/viewGrid';
import { permissionProcedure, protectedProcedure, router } from '../init';

const meter = z.strictObject({ code: codeField });

/** Feeders and transformers: what they carry against their ratings, and what is lost below them. */
export const gridRouter = router({
  view: permissionProcedure('VIEW_MAP').query(({ ctx }) => viewGrid(ctx, ctx.caller)),

  load: protectedProcedure
    .input(meter)
    .query(({ ctx, input }) => readFeederLoad(ctx, ctx.caller, input.code)),

  losses: protectedProcedure
    .input(meter)
    .query(({ ctx, input }) => readFeederLosses(ctx, ctx.caller, input.code)),
});
