import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { pushSubscription } from '../../../contracts/pushSubscription';
import { restText } from '../../../contracts/restCommon';
import { GROUP_CHANNELS, NOTICE_LANGUAGES, PERSON_CHANNELS } from '../../../domain/notices/noticeChannel';
import { GROUP_TOPICS, NOTICE_TOPICS } from '../../../domain/notices/noticeTopic';
import { addBrowser, addContact, confirmContact, removeContact } from '../../services/notices/contacts';
import { readDeliveries, sendAgain } from '../../services/notices/deliveries';
import { addGroup, readGroups, removeGroup, rotateSecret } from '../../services/notices/groups';
import { chooseLanguage, choosePreference, readPreferences } from '../../services/notices/preferences';
import { permissionProcedure, protectedProcedure, router } from '../init';

const manager = permissionProcedure('MANAGE_NOTICES');
const id = z.number().int().positive();
const byId = z.strictObject({ id });

/** How people, groups and programs are told: contacts and choices of one's own, subscriptions, and what became of messages. */
export const noticesRouter = router({
  preferences: protectedProcedure.query(({ ctx }) => readPreferences(ctx, ctx.host.notices, ctx.caller)),

  choose: protectedProcedure
    .input(
      z.strictObject({
        topic: z.enum(NOTICE_TOPICS),
        channels: z.array(z.enum(PERSON_CHANNELS)).max(PERSON_CHANNELS.length),
      }),
    )
    .mutation(({ ctx, input }) => choosePreference(ctx, ctx.caller, input)),

  language: protectedProcedure
    .input(z.strictObject({ language: z.enum(NOTICE_LANGUAGES) }))
    .mutation(({ ctx, input }) => chooseLanguage(ctx, ctx.caller, input.language)),

  addContact: protectedProcedure
    .input(
      z.strictObject({
        channel: z.enum(['EMAIL', 'SMS', 'WECOM', 'WECHAT']),
        address: z.string().min(1).max(254),
      }),
    )
    .mutation(({ ctx, input }) => addContact(ctx, ctx.host.notices, ctx.caller, input)),

  confirmContact: protectedProcedure
    .input(z.strictObject({ id, code: z.string().regex(/^\d{6}$/, 'must have six digits') }))
    .mutation(({ ctx, input }) => confirmContact(ctx, ctx.caller, input)),

  addBrowser: protectedProcedure
    .input(z.strictObject({ subscription: pushSubscription }))
    .mutation(({ ctx, input }) => addBrowser(ctx, ctx.host.notices, ctx.caller, input.subscription)),

  removeContact: protectedProcedure
    .input(byId)
    .mutation(({ ctx, input }) => removeContact(ctx, ctx.caller, input.id)),

  groups: manager.query(({ ctx }) => readGroups(ctx, ctx.host.notices, ctx.caller)),

  addGroup: manager
    .input(
      z.strictObject({
        channel: z.enum(GROUP_CHANNELS),
        name: restText(60),
        url: z.string().min(1).max(1_000),
        secret: z.string().min(8).max(200).nullable(),
        topics: z.array(z.enum(GROUP_TOPICS)).min(1).max(GROUP_TOPICS.length),
        space: codeField.nullable(),
        language: z.enum(NOTICE_LANGUAGES),
      }),
    )
    .mutation(({ ctx, input }) => addGroup(ctx, ctx.host.notices, ctx.caller, input)),

  /** The answer is the only copy of the secret. */
  rotateSecret: manager.input(byId).mutation(({ ctx, input }) => rotateSecret(ctx, ctx.caller, input.id)),

  removeGroup: manager.input(byId).mutation(({ ctx, input }) => removeGroup(ctx, ctx.caller, input.id)),

  deliveries: manager
    .input(z.strictObject({ state: z.enum(['QUEUED', 'SENDING', 'SENT', 'FAILED', 'SKIPPED']).nullable() }))
    .query(({ ctx, input }) => readDeliveries(ctx, ctx.caller, input.state)),

  sendAgain: manager.input(byId).mutation(({ ctx, input }) => sendAgain(ctx, ctx.caller, input.id)),
});
