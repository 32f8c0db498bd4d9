import { z } from 'zod';
import { codeField, monthField, utilityField } from '../../../contracts/importFields';
import { exportReport } from '../../services/quota/exportReport';
import { planQuota } from '../../services/quota/planQuota';
import { setQuota } from '../../services/quota/setQuota';
import { viewDepartment } from '../../services/quota/viewDepartment';
import { viewQuotas } from '../../services/quota/viewQuotas';
import { permissionProcedure, router } from '../init';

const viewer = permissionProcedure('VIEW_QUOTA');
const manager = permissionProcedure('SET_QUOTA');
/** The running month where none is named. */
const month = monthField.optional();
const utility = utilityField.default('ELECTRICITY');

/** Quotas of departments by month: where they stand, and new versions of them. */
export const quotaRouter = router({
  list: viewer
    .input(z.strictObject({ month, utility }))
    .query(({ ctx, input }) => viewQuotas(ctx, ctx.caller, input)),

  department: viewer
    .input(z.strictObject({ department: codeField, month, utility }))
    .query(({ ctx, input }) => viewDepartment(ctx, ctx.caller, input)),

  /** The same, to be taken out as a file. */
  exportReport: viewer
    .input(z.strictObject({ department: codeField, month, utility }))
    .mutation(({ ctx, input }) => exportReport(ctx, ctx.caller, input)),

  /** What the preview of a new quota is worked out from, in the browser, with each key. */
  plan: manager
    .input(z.strictObject({ department: codeField, month: monthField, utility }))
    .query(({ ctx, input }) => planQuota(ctx, ctx.caller, input)),

  set: manager
    .input(
      z.strictObject({
        department: codeField,
        month: monthField,
        utility,
        limit: z.string().max(24),
        reason: z.string().max(500),
        seenVersion: z.number().int().min(0),
      }),
    )
    .mutation(({ ctx, input }) => setQuota(ctx, ctx.caller, input)),
});
