import { z } from 'zod';
import { shelveReasonSchema } from '../../../contracts/restAlarms';
import { restReason } from '../../../contracts/restCommon';
import { acknowledgeAlarm } from '../../services/alarms/acknowledge';
import { readAlarm } from '../../services/alarms/readAlarm';
import { readAlarmList } from '../../services/alarms/readAlarmList';
import { resetAlarm } from '../../services/alarms/reset';
import { secondPerson } from '../../services/alarms/secondPerson';
import { shelveAlarm, unshelveAlarm } from '../../services/alarms/shelve';
import { permissionProcedure, protectedProcedure, router } from '../init';

const alarmId = z.number().int().positive().max(Number.MAX_SAFE_INTEGER);
const BULK_MAX = 50;

/** Alarms: what stands beside the live list, and what people do with them. */
export const alarmsRouter = router({
  /** Contexts of all open alarms, and what left the list lately. The alarms themselves stream. */
  list: permissionProcedure('VIEW_ALARMS').query(({ ctx }) => readAlarmList(ctx, ctx.caller, ctx.scope)),

  detail: permissionProcedure('VIEW_ALARMS')
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

  shelve: protectedProcedure
    .input(
      z.strictObject({
        id: alarmId,
        reason: shelveReasonSchema,
        note: restReason.optional(),
        /** From now, ms. */
        forMs: z.number().int().min(1_000).max(86_400_000),
        /** Needed for P1: who consents, by name and password. */
        second: z
          .strictObject({ name: z.string().min(1).max(64), password: z.string().min(1).max(100) })
          .optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { id, forMs, second, reason, note } = input;
      const host = { database: ctx.database, engine: ctx.engine, demo: ctx.host.demo };
      await shelveAlarm(ctx, ctx.caller, {
        alarmId: id,
        reason,
        note,
        untilMs: ctx.engine.clock.now() + forMs,
        ...(second && {
          secondPerson: () =>
            secondPerson({ ...host, signInLimit: ctx.host.signInLimit }, ctx.caller, second),
        }),
      });
    }),

  unshelve: protectedProcedure
    .input(z.strictObject({ id: alarmId }))
    .mutation(({ ctx, input }) => unshelveAlarm(ctx, ctx.caller, { alarmId: input.id })),

  reset: protectedProcedure
    .input(z.strictObject({ id: alarmId, note: restReason }))
    .mutation(({ ctx, input }) => resetAlarm(ctx, ctx.caller, { alarmId: input.id, note: input.note })),
});
