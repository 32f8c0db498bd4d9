import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { secondSchema } from '../../../contracts/payments';
import { KEY_SCOPES, restText } from '../../../contracts/restCommon';
import { createKey, listKeys, revokeKey } from '../../services/keys/manage';
import { permissionProcedure, router } from '../init';

const manager = permissionProcedure('MANAGE_KEYS');

/** Keys of the REST interface: who else may ask this campus, and for what. */
export const keysRouter = router({
  list: manager.query(({ ctx }) => listKeys(ctx, ctx.caller)),

  /** The answer is the only copy of the key. */
  create: manager
    .input(
      z.strictObject({
        name: restText(60),
        scopes: z
          .array(z.enum(KEY_SCOPES))
          .min(1)
          .refine((scopes) => new Set(scopes).size === scopes.length, 'must name each scope once'),
        space: codeField.nullable(),
        /** Who of finance consents to a key that credits money. */
        second: secondSchema.optional(),
      }),
    )
    .mutation(({ ctx, input }) =>
      createKey({ ...ctx, signInLimit: ctx.host.signInLimit, demo: ctx.host.demo }, ctx.caller, input),
    ),

  revoke: manager
    .input(z.strictObject({ id: z.string().min(1).max(64) }))
    .mutation(({ ctx, input }) => revokeKey(ctx, ctx.caller, input)),
});
