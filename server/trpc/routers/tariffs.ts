import { z } from 'zod';
import { codeField, monthField, utilityField } from '../../../contracts/importFields';
import { secondSchema } from '../../../contracts/payments';
import { SURCHARGE_KINDS } from '../../../domain/tariffs/surcharge';
import { assignAccountTariff, decideDraft, lockMonthOf, saveDraft } from '../../services/tariffs/draftTariff';
import { decideUnits, draftUnits } from '../../services/tariffs/freeUnits';
import { previewDraft } from '../../services/tariffs/previewDraft';
import { viewTariffs } from '../../services/tariffs/viewTariffs';
import { permissionProcedure, router } from '../init';

const viewer = permissionProcedure('VIEW_TARIFFS');
const author = permissionProcedure('DRAFT_TARIFF');
const second = permissionProcedure('APPROVE_TARIFF');

const micro = z.string().regex(/^-?\d{1,18}$/);
const dayType = z.string().regex(/^([A-Za-z0-9_-]{1,32}|\*)$/);
const span = z.strictObject({
  startMinute: z.number().int(),
  endMinute: z.number().int(),
  period: codeField,
});
const body = z.strictObject({
  periods: z.record(dayType, z.array(span).min(1).max(200).readonly()).readonly(),
  tierLimitsMicro: z.array(micro.nullable()).min(1).max(16).readonly(),
  pricesMicro: z.array(z.record(codeField, micro).readonly()).min(1).max(16).readonly(),
  exportPricesMicro: z.record(codeField, micro).readonly().optional(),
  surcharges: z
    .array(z.strictObject({ code: codeField, kind: z.enum(SURCHARGE_KINDS), valueMicro: micro }))
    .max(16)
    .readonly()
    .optional(),
});
const accrual = z.enum(['MONTH', 'YEAR', 'NONE']);
const id = z.number().int().positive();
const draft = z.strictObject({
  tariffId: id,
  draftId: id.nullable(),
  validFromMs: z.number().int().min(0).max(4e12),
  accrual,
  body,
  note: z.string().max(500),
});

/** Tariffs: versions, drafts with their second person, previews, schemes of single accounts, locked months. */
export const tariffsRouter = router({
  page: viewer
    .input(z.strictObject({ tariff: codeField.optional() }))
    .query(({ ctx, input }) => viewTariffs(ctx, ctx.caller, input)),

  save: author.input(draft).mutation(({ ctx, input }) => saveDraft(ctx, ctx.caller, input, false)),
  submit: author.input(draft).mutation(({ ctx, input }) => saveDraft(ctx, ctx.caller, input, true)),

  decide: second
    .input(z.strictObject({ draftId: id, revision: id, approve: z.boolean(), note: z.string().max(500) }))
    .mutation(({ ctx, input }) => decideDraft(ctx, ctx.caller, input)),

  preview: author
    .input(z.strictObject({ tariffId: id, account: codeField, accrual, body }))
    .query(({ ctx, input }) => previewDraft(ctx, ctx.caller, input)),

  assign: author
    .input(
      z.strictObject({
        account: codeField,
        tariff: codeField,
        fromMs: z.number().int().nullable(),
        second: secondSchema.optional(),
      }),
    )
    .mutation(({ ctx, input }) =>
      assignAccountTariff(
        { ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo },
        ctx.caller,
        input,
      ),
    ),

  /** Free units each month: drafted by one, approved by another. */
  draftUnits: permissionProcedure('DRAFT_SUBSIDY')
    .input(
      z.strictObject({
        code: codeField,
        accountCode: codeField,
        utility: utilityField,
        fundCode: codeField,
        quantity: z.string().max(24),
        perHead: z.boolean(),
        fromMs: z.number().int().nonnegative(),
        toMs: z.number().int().nonnegative().nullable(),
        expiresMs: z.number().int().nonnegative().nullable(),
        advancesTier: z.boolean(),
        carryOver: z.boolean(),
        note: z.string().max(500),
      }),
    )
    .mutation(({ ctx, input }) => draftUnits(ctx, ctx.caller, input)),

  decideUnits: permissionProcedure('APPROVE_SUBSIDY')
    .input(z.strictObject({ code: codeField, approve: z.boolean() }))
    .mutation(({ ctx, input }) => decideUnits(ctx, ctx.caller, input)),

  lockMonth: second
    .input(z.strictObject({ month: monthField }))
    .mutation(({ ctx, input }) => lockMonthOf(ctx, ctx.caller, input.month)),
});
