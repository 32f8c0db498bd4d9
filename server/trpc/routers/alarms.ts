import { z } from 'zod';
import { shelveReasonSchema } from '../../../contracts/restAlarms';
import { restReason } from '../../../contracts/restCommon';
import { ALARM_VERDICTS } from '../../../domain/alarms/alarmVerdict';
import { type Caller, roleMissing } from '../../auth/caller';
import { alarmScopeOf } from '../../auth/permissions';
import { acknowledgeAlarm } from '../../services/alarms/acknowledge';
import { assignAlarm, readAssignees } from '../../services/alarms/assign';
import { judgeAlarm } from '../../services/alarms/judgeAlarm';
import { noteAlarm } from '../../services/alarms/note';
import { returnToService, takeOutOfService } from '../../services/alarms/outOfService';
import { readAlarm } from '../../services/alarms/readAlarm';
import { readAlarmList } from '../../services/alarms/readAlarmList';
import { exportJournal, readJournal } from '../../services/alarms/readJournal';
import { REVIEW_SPANS, readCovered, readPerformance } from '../../services/alarms/readReview';
import { rejectCharge } from '../../services/alarms/rejectCharge';
import { releaseCharge } from '../../services/alarms/releaseCharge';
import { resetAlarm } from '../../services/alarms/reset';
import { shelveAlarm, unshelveAlarm } from '../../services/alarms/shelve';
import { secondPerson } from '../../services/secondPerson';
import { permissionProcedure, protectedProcedure, router, type TrpcContext } from '../init';

const alarmId = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const BULK_MAX = 50;
const JOURNAL_PAGE_MAX = 200;
const priority = z.union([z.literal(1), z.literal(2), z.literal(3), z.literal(4)]);
const journalFilter = {
  span: z.enum(REVIEW_SPANS),
  priority: priority.nullable(),
  announcedOnly: z.boolean(),
};
/** Who consents beside the caller, by name and password. */
const secondField = z.strictObject({
  name: z.string().min(1).max(64),
  password: z.string().min(1).max(100),
});

const consenting = (
  ctx: Pick<TrpcContext, 'database' | 'engine' | 'host'> & { caller: Caller },
  second: z.infer<typeof secondField>,
) =>
  secondPerson(
    {
      database: ctx.database,
      engine: ctx.engine,
      demo: ctx.host.demo,
      signInLimit: ctx.host.signInLimit,
    },
    ctx.caller,
    second,
  );

/** Whoever sees any alarms: those of their places, or those about money. */
const viewer = protectedProcedure.use(({ ctx, next }) => {
  const scope = alarmScopeOf(ctx.caller.permission);
  if (!scope) throw roleMissing('VIEW_ALARMS');
  return next({ ctx: { ...ctx, scope } });
});

/** Alarms: what stands beside the live list, and what people do with them. */
export const alarmsRouter = router({
  /** Contexts of all open alarms, and what left the list lately. The alarms themselves stream. */
  list: viewer.query(({ ctx }) => readAlarmList(ctx, ctx.caller, ctx.scope)),

  detail: viewer
    .input(z.strictObject({ id: alarmId }))
    .query(({ ctx, input }) => readAlarm(ctx, ctx.caller, ctx.scope, input.id)),

  /** One or several; each on its own, so that one that can't be acknowledged holds up no other. */
  acknowledge: protectedProcedure
    .input(z.strictObject({ ids: z.array(alarmId).min(1).max(BULK_MAX) }))
    .mutation(async ({ ctx, input }) => {
      const [first, ...rest] = input.ids;
      await acknowledgeAlarm(ctx, ctx.caller, { alarmId: first! });
      for (const id of rest) await acknowledgeAlarm(ctx, ctx.caller, { alarmId: id }).catch(() => undefined);
    }),

  /** To whom one may be given, the nearest of those on duty first. */
  assignees: protectedProcedure
    .input(z.strictObject({ id: alarmId }))
    .query(({ ctx, input }) => readAssignees(ctx, ctx.caller, { alarmId: input.id })),

  /** Gives one to somebody, by sign-in name. */
  assign: protectedProcedure
    .input(z.strictObject({ id: alarmId, to: z.string().min(1).max(64) }))
    .mutation(({ ctx, input }) => assignAlarm(ctx, ctx.caller, { alarmId: input.id, to: input.to })),

  /** A note in its history, for all who see it. */
  note: protectedProcedure
    .input(z.strictObject({ id: alarmId, note: restReason }))
    .mutation(({ ctx, input }) => noteAlarm(ctx, ctx.caller, { alarmId: input.id, note: input.note })),

  /** Whether it was right, as it was seen; why, where it was not. */
  judge: protectedProcedure
    .input(
      z.strictObject({
        id: alarmId,
        verdict: z.enum(ALARM_VERDICTS),
        note: z.string().max(200).optional(),
        /** The alarm's `count` on the page that was judged by. */
        seenCount: z.number().int().positive(),
      }),
    )
    .mutation(({ ctx, input: { id, ...verdict } }) =>
      judgeAlarm(ctx, ctx.caller, { alarmId: id, ...verdict }),
    ),

  shelve: protectedProcedure
    .input(
      z.strictObject({
        id: alarmId,
        reason: shelveReasonSchema,
        note: restReason.optional(),
        /** From now, ms. */
        forMs: z.number().int().min(1_000).max(86_400_000),
        second: secondField.optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { id, forMs, second, reason, note } = input;
      await shelveAlarm(ctx, ctx.caller, {
        alarmId: id,
        reason,
        note,
        untilMs: ctx.engine.clock.now() + forMs,
        ...(second && { secondPerson: () => consenting(ctx, second) }),
      });
    }),

  unshelve: protectedProcedure
    .input(z.strictObject({ id: alarmId }))
    .mutation(({ ctx, input }) => unshelveAlarm(ctx, ctx.caller, { alarmId: input.id })),

  takeOutOfService: protectedProcedure
    .input(z.strictObject({ id: alarmId, ticket: restReason, second: secondField.optional() }))
    .mutation(async ({ ctx, input: { id, ticket, second } }) => {
      await takeOutOfService(ctx, ctx.caller, {
        alarmId: id,
        ticket,
        ...(second && { secondPerson: () => consenting(ctx, second) }),
      });
    }),

  returnToService: protectedProcedure
    .input(z.strictObject({ id: alarmId }))
    .mutation(({ ctx, input }) => returnToService(ctx, ctx.caller, { alarmId: input.id })),

  /** What nobody is told of: shelved, suppressed by design, out of service. */
  covered: permissionProcedure('VIEW_ALARMS').query(({ ctx }) => readCovered(ctx, ctx.caller, ctx.scope)),

  /** How the alarm system does against its targets, with the sources that load it most. */
  performance: permissionProcedure('VIEW_ALARMS')
    .input(z.strictObject({ span: z.enum(REVIEW_SPANS) }))
    .query(({ ctx, input }) => readPerformance(ctx, ctx.caller, ctx.scope, input.span)),

  /** Lines of the journal, newest first. */
  journal: permissionProcedure('VIEW_ALARMS')
    .input(
      z.strictObject({
        ...journalFilter,
        beforeId: z.number().int().positive().nullable(),
        limit: z.number().int().min(1).max(JOURNAL_PAGE_MAX),
      }),
    )
    .query(({ ctx, input }) => readJournal(ctx, ctx.scope, input, input.beforeId, input.limit)),

  /** All lines of a filter, for a file; writes an audit line, so no query. */
  journalExport: permissionProcedure('VIEW_ALARMS')
    .input(z.strictObject(journalFilter))
    .mutation(({ ctx, input }) => exportJournal(ctx, ctx.caller, ctx.scope, input)),

  /** Lets a held charge be taken. */
  releaseCharge: protectedProcedure
    .input(z.strictObject({ id: alarmId, note: restReason }))
    .mutation(async ({ ctx, input }) => {
      await releaseCharge(ctx, ctx.caller, { alarmId: input.id, note: input.note });
    }),

  /** A held charge is never taken; `second` where it is worth more than one person may give away in a day. */
  rejectCharge: protectedProcedure
    .input(z.strictObject({ id: alarmId, reason: restReason, second: secondField.optional() }))
    .mutation(async ({ ctx, input: { id, ...input } }) => {
      await rejectCharge({ ...ctx, demo: ctx.host.demo, signInLimit: ctx.host.signInLimit }, ctx.caller, {
        alarmId: id,
        ...input,
      });
    }),

  reset: protectedProcedure
    .input(z.strictObject({ id: alarmId, note: restReason }))
    .mutation(({ ctx, input }) => resetAlarm(ctx, ctx.caller, { alarmId: input.id, note: input.note })),
});
