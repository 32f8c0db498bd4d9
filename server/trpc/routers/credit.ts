import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { readStanding } from '../../services/credit/readStanding';
import {
  confirmOwnRestore,
  continueOwnSupply,
  ownRoomPlace,
  takeOwnEmergencyCredit,
} from '../../services/credit/residentActs';
import { ownRoom } from '../../services/me/ownRoom';
import { protectedProcedure, router } from '../init';

/** `room`: one of several own rooms; default the first. */
const ofRoom = z.strictObject({ room: codeField.optional() });

/** Within the caller's own rooms, whatever other roles the person has. */
const ownProcedure = protectedProcedure.input(ofRoom.loose()).use(({ ctx, input, next }) => {
  const own = ownRoom(ctx.session, input.room, new Date(ctx.engine.clock.now()));
  return next({ ctx: { ...ctx, own } });
});

/** The credit of one's own room: how it stands, and what a resident may do about it. */
export const creditRouter = router({
  standing: ownProcedure
    .input(ofRoom)
    .query(async ({ ctx }) => readStanding(ctx, ctx.caller, await ownRoomPlace(ctx, ctx.own))),

  takeEmergencyCredit: ownProcedure.input(ofRoom).mutation(async ({ ctx }) => {
    const { limitMicro, availableMicro, ...outcome } = await takeOwnEmergencyCredit(ctx, ctx.caller, ctx.own);
    return { ...outcome, limitMicro: limitMicro.toString(), availableMicro: availableMicro.toString() };
  }),

  confirmRestore: ownProcedure
    .input(ofRoom.extend({ pointCode: codeField }))
    .mutation(({ ctx, input }) => confirmOwnRestore(ctx, ctx.caller, ctx.own, input.pointCode)),

  continueAfterTrip: ownProcedure
    .input(ofRoom)
    .mutation(({ ctx }) => continueOwnSupply(ctx, ctx.caller, ctx.own)),
});
