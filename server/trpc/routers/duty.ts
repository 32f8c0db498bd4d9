import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { DUTY_LEVELS } from '../../../domain/alarms/dutyRoster';
import { addShift, readRoster, removeShift } from '../../services/duty/roster';
import { permissionProcedure, router } from '../init';

const DAYS_MAX = 31;
const wallTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');

/** The duty roster: who answers alarms when and where. */
export const dutyRouter = router({
  roster: permissionProcedure('VIEW_ALARMS').query(({ ctx }) => readRoster(ctx, ctx.caller)),

  add: permissionProcedure('MANAGE_ROSTER')
    .input(
      z.strictObject({
        user: z.string().min(1).max(64),
        level: z.enum(DUTY_LEVELS),
        space: codeField.nullable(),
        date: z.iso.date(),
        from: wallTime,
        to: wallTime,
        days: z.number().int().min(1).max(DAYS_MAX),
      }),
    )
    .mutation(({ ctx, input }) => addShift(ctx, ctx.caller, input)),

  remove: permissionProcedure('MANAGE_ROSTER')
    .input(z.strictObject({ id: z.number().int().positive() }))
    .mutation(({ ctx, input }) => removeShift(ctx, ctx.caller, input)),
});
