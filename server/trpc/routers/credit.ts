import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { secondSchema } from '../../../contracts/payments';
import { restReason } from '../../../contracts/restCommon';
import { ACCOUNT_CLASSES } from '../../../domain/supply/creditTerms';
import { readStanding } from '../../services/credit/readStanding';
import {
  confirmOwnRestore,
  continueOwnSupply,
  ownRoomPlace,
  takeOwnEmergencyCredit,
} from '../../services/credit/residentActs';
import {
  agreeOnTerms,
  decideMoneyGift,
  decideMoneySubsidy,
  declareNoCutTime,
  draftMoneyGift,
  draftMoneySubsidy,
  endNoCutTime,
  openFund,
} from '../../services/credit/staffActs';
import { viewGrants } from '../../services/credit/viewGrants';
import { viewNoCut } from '../../services/credit/viewNoCut';
import { ownRoom } from '../../services/me/ownRoom';
import { permissionProcedure, protectedProcedure, router } from '../init';

const decimal = z.string().max(24);
const instant = z.number().int().nonnegative();
const subsidyCode = z.string().regex(/^[A-Za-z0-9_-]{1,48}$/);

/** `room`: one of several own rooms; default the first. */
const ofRoom = z.strictObject({ room: codeField.optional() });

/** Within the caller's own rooms, whatever other roles the person has. */
const ownProcedure = protectedProcedure.input(ofRoom.loose()).use(({ ctx, input, next }) => {
  const own = ownRoom(ctx.session, input.room, new Date(ctx.engine.clock.now()));
  return next({ ctx: { ...ctx, own } });
});

/** Credit: how one's own stands and what a resident may do about it, and what staff agree on, each by their role. */
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

  /** What two people of finance give together: funds, subsidies in money and units, gifts; of one account or of all. */
  grants: permissionProcedure('DRAFT_SUBSIDY')
    .input(z.strictObject({ account: codeField.nullable() }))
    .query(({ ctx, input }) => viewGrants(ctx, ctx.caller, input)),

  openFund: protectedProcedure
    .input(
      z.strictObject({
        code: codeField,
        name: z.string().min(1).max(120),
        nameEn: z.string().min(1).max(120).nullable(),
        budget: decimal.nullable(),
      }),
    )
    .mutation(({ ctx, input }) => openFund(ctx, ctx.caller, input)),

  draftSubsidy: protectedProcedure
    .input(
      z.strictObject({
        code: subsidyCode,
        accountCode: codeField,
        fundCode: codeField,
        amount: decimal,
        monthly: z.boolean(),
        carryOver: z.boolean(),
        fromMs: instant,
        toMs: instant.nullable(),
        expiresMs: instant.nullable(),
        note: restReason,
      }),
    )
    .mutation(({ ctx, input }) => draftMoneySubsidy(ctx, ctx.caller, input)),

  decideSubsidy: protectedProcedure
    .input(z.strictObject({ code: subsidyCode, approve: z.boolean() }))
    .mutation(({ ctx, input }) => decideMoneySubsidy(ctx, ctx.caller, input)),

  draftGift: protectedProcedure
    .input(
      z.strictObject({
        accountCode: codeField,
        amount: decimal,
        paymentId: z.string().min(1).max(64).nullable(),
        reason: restReason,
      }),
    )
    .mutation(({ ctx, input }) => draftMoneyGift(ctx, ctx.caller, input)),

  decideGift: protectedProcedure
    .input(z.strictObject({ id: z.number().int().positive(), approve: z.boolean() }))
    .mutation(({ ctx, input }) => decideMoneyGift(ctx, ctx.caller, input)),

  /** Class, grace and recovery plan of an account. */
  setTerms: protectedProcedure
    .input(
      z.strictObject({
        accountCode: codeField,
        class: z.enum(ACCOUNT_CLASSES),
        graceDays: z.number().int().nullable(),
        graceLimit: decimal.nullable(),
        recovery: z.strictObject({ percent: z.number().int(), instalment: decimal }).nullable(),
        second: secondSchema.optional(),
      }),
    )
    .mutation(({ ctx, input }) =>
      agreeOnTerms({ ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo }, ctx.caller, input),
    ),

  /** Declared times without cuts that run or are to come, and the policies that one may be declared for. */
  noCutTimes: permissionProcedure('DECLARE_NO_CUT').query(({ ctx }) => viewNoCut(ctx, ctx.caller)),

  declareNoCut: protectedProcedure
    .input(
      z.strictObject({
        policyCode: codeField.nullable(),
        kind: z.enum(['HEAT', 'COLD', 'PAYMENT_OUTAGE']),
        fromMs: instant,
        toMs: instant,
        reason: restReason,
      }),
    )
    .mutation(({ ctx, input }) => declareNoCutTime(ctx, ctx.caller, input)),

  endNoCut: protectedProcedure
    .input(z.strictObject({ id: z.number().int().positive() }))
    .mutation(({ ctx, input }) => endNoCutTime(ctx, ctx.caller, input)),
});
