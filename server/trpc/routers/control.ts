import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { restReason, restText } from '../../../contracts/restCommon';
import { BULK_DIRECTIONS, BULK_POINTS_MAX } from '../../../domain/supply/bulkJob';
import { PROTECTIONS } from '../../../domain/supply/supplyState';
import { DAY_TYPES, WINDOWS_MAX } from '../../../domain/supply/switchSchedule';
import { decideBulk, steerBulk } from '../../services/control/actOnBulk';
import { previewBulk } from '../../services/control/previewBulk';
import { decideChange, proposeChange } from '../../services/control/protection';
import { exportBulkJob, readBulkJob, readControl } from '../../services/control/readControl';
import { readWaiting } from '../../services/control/readWaiting';
import { refuseRestoreRequest } from '../../services/control/refuseRestore';
import { readDraftChoices, replayDraft } from '../../services/control/replayDraft';
import { requestBulk } from '../../services/control/requestBulk';
import { retryFiring } from '../../services/control/retryFiring';
import {
  decideSchedule,
  previewSchedule,
  readSchedules,
  requestSchedule,
  steerSchedule,
} from '../../services/control/schedules';
import { searchChoices } from '../../services/control/searchChoices';
import { hangOwnTag, takeLeftTag, takeOwnTag } from '../../services/control/tags';
import { permissionProcedure, protectedProcedure, router } from '../init';

const jobId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);
/** Of a request to restore. */
const requestId = z.string().regex(/^[1-9]\d{0,17}$/);
const codes = z.array(codeField).min(1).max(BULK_POINTS_MAX);
/** A room code, or the beginning of several with a star. */
const roomCodes = z
  .array(z.string().regex(/^[A-Za-z0-9_-]{1,32}\*?$/))
  .min(1)
  .max(BULK_POINTS_MAX);

const ask = {
  choice: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('POINTS'), codes }),
    z.strictObject({ kind: z.literal('ROOMS'), codes: roomCodes }),
    z.strictObject({ kind: z.literal('SPACE'), code: codeField }),
    z.strictObject({ kind: z.literal('FEEDER'), code: codeField }),
  ]),
  direction: z.enum(BULK_DIRECTIONS),
  utility: z.enum(['ELECTRICITY', 'WATER', 'GAS']),
};
/** Made by the screen for one press of a button. */
const requestKey = z.string().regex(/^[A-Za-z0-9-]{16,64}$/);
const minute = z.number().int().min(0).max(1_439);
const schedule = {
  choice: ask.choice,
  windows: z
    .array(
      z.strictObject({
        dayTypes: z.array(z.enum(DAY_TYPES)).max(DAY_TYPES.length),
        offMinute: minute,
        onMinute: minute,
      }),
    )
    .max(WINDOWS_MAX),
  calendar: codeField.nullable(),
};
const date = z.iso.date();
const draft = z.strictObject({
  policy: codeField,
  weeks: z.number().int().min(1).max(8),
  dailyWindows: z
    .array(
      z.strictObject({
        fromMinute: z.number().int().min(0).max(1_439),
        toMinute: z.number().int().min(1).max(1_440),
      }),
    )
    .max(4),
  weekdays: z.array(z.number().int().min(1).max(7)).max(7),
  noticeLeadMinutes: z.number().min(0).max(2_880),
  moreDates: z.array(z.strictObject({ fromDate: date, toDate: date })).max(8),
});
const note = z.string().max(200).optional();

/** Switching many points, what keeps points from being switched, and who changes that. */
export const controlRouter = router({
  overview: permissionProcedure('VIEW_COMMANDS').query(({ ctx }) => readControl(ctx, ctx.caller)),

  waiting: permissionProcedure('VIEW_COMMANDS').query(({ ctx }) => readWaiting(ctx, ctx.caller)),

  refuseRestore: protectedProcedure
    .input(z.strictObject({ pointCode: codeField, requestId, reason: restReason }))
    .mutation(({ ctx, input }) => refuseRestoreRequest(ctx, ctx.caller, input)),

  places: protectedProcedure
    .input(z.strictObject({ kind: z.enum(['SPACE', 'FEEDER']), text: z.string().trim().min(1).max(40) }))
    .query(({ ctx, input }) => searchChoices(ctx, ctx.caller, input)),

  // Stores nothing; a list of points is too long for an address, so it goes as a body.
  preview: protectedProcedure
    .input(z.strictObject(ask))
    .mutation(({ ctx, input }) => previewBulk(ctx, ctx.caller, input)),

  request: protectedProcedure
    .input(
      z.strictObject({
        ...ask,
        reason: restReason,
        confirmed: z.number().int().min(0).max(BULK_POINTS_MAX),
        requestKey,
      }),
    )
    .mutation(({ ctx, input }) => requestBulk(ctx, ctx.caller, input)),

  job: permissionProcedure('VIEW_COMMANDS')
    .input(z.strictObject({ id: jobId }))
    .query(({ ctx, input }) => readBulkJob(ctx, ctx.caller, input.id)),

  jobExport: permissionProcedure('VIEW_COMMANDS')
    .input(z.strictObject({ id: jobId }))
    .query(({ ctx, input }) => exportBulkJob(ctx, ctx.caller, input.id)),

  schedules: permissionProcedure('VIEW_COMMANDS').query(({ ctx }) => readSchedules(ctx, ctx.caller)),

  // Stores nothing; its points are too long for an address.
  previewSchedule: protectedProcedure
    .input(z.strictObject(schedule))
    .mutation(({ ctx, input }) => previewSchedule(ctx, ctx.caller, input)),

  requestSchedule: protectedProcedure
    .input(
      z.strictObject({
        ...schedule,
        name: restText(80),
        reason: restReason,
        requestKey,
      }),
    )
    .mutation(({ ctx, input }) => requestSchedule(ctx, ctx.caller, input)),

  decideSchedule: protectedProcedure
    .input(z.strictObject({ id: jobId, approve: z.boolean() }))
    .mutation(({ ctx, input }) => decideSchedule(ctx, ctx.caller, input)),

  steerSchedule: protectedProcedure
    .input(z.strictObject({ id: jobId, event: z.enum(['PAUSE', 'RESUME', 'END']) }))
    .mutation(({ ctx, input }) => steerSchedule(ctx, ctx.caller, input)),

  decide: protectedProcedure
    .input(z.strictObject({ jobId, approve: z.boolean(), note }))
    .mutation(({ ctx, input }) => decideBulk(ctx, ctx.caller, input)),

  steer: protectedProcedure
    .input(z.strictObject({ jobId, event: z.enum(['PAUSE', 'RESUME', 'STOP', 'WITHDRAW']) }))
    .mutation(({ ctx, input }) => steerBulk(ctx, ctx.caller, input)),

  retryFiring: protectedProcedure
    .input(z.strictObject({ jobId }))
    .mutation(({ ctx, input }) => retryFiring(ctx, ctx.caller, input)),

  draftChoices: permissionProcedure('REPLAY_POLICY').query(({ ctx }) => readDraftChoices(ctx, ctx.caller)),

  replayDraft: permissionProcedure('REPLAY_POLICY')
    .input(draft)
    .query(({ ctx, input }) => replayDraft(ctx, ctx.caller, input)),

  hangTag: protectedProcedure
    .input(z.strictObject({ pointCode: codeField, note: restReason }))
    .mutation(({ ctx, input }) => hangOwnTag(ctx, ctx.caller, input)),

  takeTag: protectedProcedure
    .input(z.strictObject({ pointCode: codeField }))
    .mutation(({ ctx, input }) => takeOwnTag(ctx, ctx.caller, input)),

  takeLeftTag: protectedProcedure
    .input(
      z.strictObject({ pointCode: codeField, owner: z.string().regex(/^[1-9]\d{0,9}$/), note: restReason }),
    )
    .mutation(({ ctx, input }) => takeLeftTag(ctx, ctx.caller, input)),

  proposeProtection: protectedProcedure
    .input(
      z.strictObject({
        pointCode: codeField,
        protection: z.enum(PROTECTIONS),
        owner: z.string().max(80).optional(),
        phone: z.string().max(40).optional(),
        reason: restReason,
      }),
    )
    .mutation(({ ctx, input }) => proposeChange(ctx, ctx.caller, input)),

  decideProtection: protectedProcedure
    .input(
      z.strictObject({
        id: z.number().int().positive(),
        decision: z.enum(['APPROVED', 'REJECTED', 'WITHDRAWN']),
        note,
      }),
    )
    .mutation(({ ctx, input }) => decideChange(ctx, ctx.caller, input)),
});
