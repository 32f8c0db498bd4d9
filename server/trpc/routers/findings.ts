import { z } from 'zod';
import { findingHours } from '../../services/findings/findingHours';
import { viewFindings } from '../../services/findings/viewFindings';
import { permissionProcedure, router } from '../init';

const viewer = permissionProcedure('VIEW_ALARMS');

/** Anomalies, waste, losses and leaks, ranked by what they cost. */
export const findingsRouter = router({
  list: viewer.query(({ ctx }) => viewFindings(ctx, ctx.caller, ctx.scope)),

  hours: viewer
    .input(z.strictObject({ id: z.number().int().positive().max(Number.MAX_SAFE_INTEGER) }))
    .query(({ ctx, input }) => findingHours(ctx, ctx.caller, ctx.scope, input.id)),
});
