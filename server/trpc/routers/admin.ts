import { z } from 'zod';
import { listQuarantine } from '../../../db/queries/quarantineViews';
import { viewHealth } from '../../services/health/viewHealth';
import { FLOW_SPANS, viewMoneyFlow } from '../../services/health/viewMoneyFlow';
import { permissionProcedure, router } from '../init';

const viewer = permissionProcedure('VIEW_HEALTH');
const QUARANTINE_PAGE = 50;

/** Whether the product does its work. */
export const adminRouter = router({
  health: viewer.query(({ ctx }) => viewHealth(ctx, ctx.scope, ctx.caller.campus.timeZone)),

  /** Energy and money now, and the books of a span. */
  moneyFlow: viewer
    .input(z.strictObject({ span: z.enum(FLOW_SPANS) }))
    .query(({ ctx, input }) => viewMoneyFlow(ctx, ctx.scope, ctx.caller.campus.timeZone, input.span)),

  /** The newest of what was not charged, with what arrived. */
  quarantine: permissionProcedure('VIEW_QUARANTINE')
    .input(z.strictObject({ reason: z.string().min(1).max(64).nullable() }))
    .query(({ ctx, input }) =>
      listQuarantine(ctx.reader, ctx.scope, {
        meterCode: null,
        reason: input.reason,
        beforeId: null,
        limit: QUARANTINE_PAGE,
      }),
    ),
});
