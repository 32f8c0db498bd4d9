import { z } from 'zod';
import { viewFleet } from '../../services/meters/viewFleet';
import { permissionProcedure, router } from '../init';

const PAGE_MAX = 200;
const facet = z.string().max(64).nullable();

/** The fleet of meters. */
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
        }),
        offset: z.number().int().min(0).max(1_000_000),
        limit: z.number().int().min(1).max(PAGE_MAX),
      }),
    )
    .query(({ ctx, input }) => viewFleet(ctx, ctx.caller, input)),
});
