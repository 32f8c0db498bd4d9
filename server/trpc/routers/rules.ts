import { z } from 'zod';
import { restReason } from '../../../contracts/restCommon';
import { liftRuleDowngrade } from '../../services/rules/liftDowngrade';
import { readRules } from '../../services/rules/readRules';
import { permissionProcedure, protectedProcedure, router } from '../init';

/** Alarm rules: what they mean, how often they are right, and what they are set to. */
export const rulesRouter = router({
  overview: permissionProcedure('VIEW_ALARMS').query(({ ctx }) => readRules(ctx, ctx.caller, ctx.scope)),

  liftDowngrade: protectedProcedure
    .input(z.strictObject({ id: z.number().int().positive(), note: restReason }))
    .mutation(({ ctx, input }) => liftRuleDowngrade(ctx, ctx.caller, input)),
});
