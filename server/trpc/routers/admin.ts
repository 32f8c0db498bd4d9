import { z } from 'zod';
import { listQuarantine } from '../../../db/queries/quarantineViews';
import { DomainError } from '../../../domain/errors';
import { mayWithin } from '../../auth/caller';
import { viewHealth } from '../../services/health/viewHealth';
import { FLOW_SPANS, viewMoneyFlow } from '../../services/health/viewMoneyFlow';
import { staffScope } from '../../services/meters/meterRights';
import { permissionProcedure, router } from '../init';

const viewer = permissionProcedure('VIEW_HEALTH');
const QUARANTINE_PAGE = 50;

/** Whether the product does its work. */
export const adminRouter = router({
  health: viewer.query(({ ctx }) => viewHealth(ctx, ctx.scope, ctx.caller.campus.timeZone)),

  /** Energy and money now, and the books of a span: of the whole campus, since of a room they would be its money. */
  moneyFlow: viewer.input(z.strictObject({ span: z.enum(FLOW_SPANS) })).query(({ ctx, input }) => {
    if (!ctx.scope.campusWide && !mayWithin(ctx.caller, 'VIEW_LEDGER', ctx.scope))
      throw new DomainError(
        'forbidden',
        'VIEW_LEDGER',
        'The money of single places is seen by finance alone.',
      );
    return viewMoneyFlow(ctx, ctx.scope, ctx.caller.campus.timeZone, input.span);
  }),

  /** The newest of what was not charged, with what arrived. */
  quarantine: permissionProcedure('VIEW_QUARANTINE')
    .input(z.strictObject({ reason: z.string().min(1).max(64).nullable() }))
    .query(({ ctx, input }) =>
      listQuarantine(ctx.reader, ctx.scope, staffScope(ctx.caller, 'VIEW_LIVE_ROOM'), {
        meterCode: null,
        reason: input.reason,
        beforeId: null,
        limit: QUARANTINE_PAGE,
      }),
    ),
});
