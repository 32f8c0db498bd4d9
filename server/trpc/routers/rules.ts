import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { restReason } from '../../../contracts/restCommon';
import { ALARM_RULE_CODES } from '../../../domain/alarms/alarmCatalogue';
import { decideRuleChange, previewRuleChange, proposeRuleChange } from '../../services/rules/changeRule';
import { liftRuleDowngrade } from '../../services/rules/liftDowngrade';
import { readAllowance } from '../../services/rules/loadAllowance';
import { readRules } from '../../services/rules/readRules';
import { permissionProcedure, protectedProcedure, router } from '../init';

const change = {
  rule: z.enum(ALARM_RULE_CODES),
  space: codeField.nullable(),
  body: z.record(z.string().max(40), z.union([z.number(), z.boolean(), z.string().max(200)])),
};

/** Alarm rules: what they mean, how often they are right, and what they are set to. */
export const rulesRouter = router({
  overview: permissionProcedure('VIEW_ALARMS').query(({ ctx }) => readRules(ctx, ctx.caller, ctx.scope)),

  liftDowngrade: protectedProcedure
    .input(z.strictObject({ id: z.number().int().positive(), note: restReason }))
    .mutation(({ ctx, input }) => liftRuleDowngrade(ctx, ctx.caller, input)),

  /** What to propose after a forbidden load that was none. */
  allowance: protectedProcedure
    .input(z.strictObject({ alarmId: z.number().int().positive() }))
    .query(({ ctx, input }) => readAllowance(ctx, ctx.caller, input.alarmId)),

  // Stores nothing; settings go as a body.
  preview: protectedProcedure
    .input(z.strictObject(change))
    .mutation(({ ctx, input }) => previewRuleChange(ctx, ctx.caller, input)),

  propose: protectedProcedure
    .input(z.strictObject({ ...change, reason: restReason }))
    .mutation(({ ctx, input }) => proposeRuleChange(ctx, ctx.caller, input)),

  decide: protectedProcedure
    .input(
      z.strictObject({
        id: z.number().int().positive(),
        decision: z.enum(['APPROVED', 'REJECTED', 'WITHDRAWN']),
      }),
    )
    .mutation(({ ctx, input }) => decideRuleChange(ctx, ctx.caller, input)),
});
