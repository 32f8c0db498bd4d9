import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { microFromText } from '../../../domain/units';
import { appealOwnLoad } from '../../services/me/appealLoad';
import { ownRoom } from '../../services/me/ownRoom';
import { readHome } from '../../services/me/readHome';
import { readNotices } from '../../services/me/readNotices';
import { readOutlook } from '../../services/me/readOutlook';
import { readToday } from '../../services/me/readToday';
import { readDayCharges, readUsage } from '../../services/me/readUsage';
import { setOwnRoomLimit } from '../../services/me/setOwnLimit';
import { protectedProcedure, router } from '../init';

const room = codeField.optional();
const utility = z.enum(['ELECTRICITY', 'WATER', 'GAS']);
const instant = z.number().int().nonnegative();
/** Whole money with at most two decimals, as a person types it. */
const amount = z
  .string()
  .regex(/^\d{1,6}(\.\d{1,2})?$/, 'an amount with at most two decimals')
  .transform((text) => microFromText(text)!);

/** A resident's own room, whatever other roles the person has. */
const ownProcedure = protectedProcedure.input(z.object({ room })).use(({ ctx, input, next }) => {
  const at = new Date(ctx.engine.clock.now());
  return next({ ctx: { ...ctx, own: ownRoom(ctx.session, input.room, at) } });
});

/** The pages of a resident: time left, money, today, use and its charges. Nothing of anybody else is in any answer. */
export const meRouter = router({
  home: ownProcedure.query(({ ctx }) => readHome(ctx, ctx.caller, ctx.own, ctx.session.ownRooms)),

  notices: ownProcedure
    .input(z.object({ before: z.object({ atMs: instant, id: z.number().int().positive() }).nullable() }))
    .query(({ ctx, input }) => readNotices(ctx, ctx.caller, ctx.own, input.before)),

  outlook: ownProcedure
    .input(z.object({ amounts: z.array(amount).max(6) }))
    .query(({ ctx, input }) => readOutlook(ctx, ctx.caller, ctx.own, input.amounts)),

  today: ownProcedure.query(({ ctx }) => readToday(ctx, ctx.caller, ctx.own)),

  usage: ownProcedure
    .input(z.object({ step: z.enum(['DAY', 'WEEK', 'MONTH']), atMs: instant.nullable(), utility }))
    .query(({ ctx, input }) => readUsage(ctx, ctx.caller, ctx.own, input)),

  /** Contests a forbidden load: it was this appliance. */
  appealLoad: ownProcedure
    .input(
      z.object({
        noticeId: z.number().int().positive(),
        appliance: z.string().trim().min(1).max(80),
        powerW: z.number().int().min(1).max(20_000).nullable(),
      }),
    )
    .mutation(({ ctx, input: { noticeId, appliance, powerW } }) =>
      appealOwnLoad(ctx, ctx.caller, ctx.own, { noticeId, appliance, powerW }),
    ),

  /** Another load limit for a meter of the own room; null: back to the cap. What W may be is the engine's to say. */
  setLimit: ownProcedure
    .input(
      z.object({
        pointCode: codeField,
        limitW: z.number().nullable(),
        reason: z.string().trim().min(1).max(200).nullable(),
      }),
    )
    .mutation(({ ctx, input: { pointCode, limitW, reason } }) =>
      setOwnRoomLimit(ctx, ctx.caller, ctx.own, { pointCode, limitW, reason }),
    ),

  dayCharges: ownProcedure
    .input(z.object({ atMs: instant, utility }))
    .query(({ ctx, input }) => readDayCharges(ctx, ctx.caller, ctx.own, input)),
});
