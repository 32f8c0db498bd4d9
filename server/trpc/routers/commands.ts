import { z } from 'zod';
import { codeField } from '../../../contracts/importFields';
import { restReason } from '../../../contracts/restCommon';
import { commandAction } from '../../../contracts/restSupply';
import { findCommandView, listPointCommands } from '../../../db/queries/commandViews';
import { DomainError } from '../../../domain/errors';
import { liveCommand } from '../../live/shapes';
import { armPanel, releasePanel, undoCommand } from '../../services/commands/armAndUndo';
import { requestSupplyChange } from '../../services/commands/requestSupplyChange';
import { permissionProcedure, protectedProcedure, router } from '../init';

/** An operator may take a command back for this long, unless it is for safety. */
const UNDO_MS = 5_000;
const commandId = z.string().regex(/^[0-9A-HJKMNP-TV-Z]{26}$/);
const requestId = z.string().regex(/^[1-9]\d{0,17}$/);
const point = z.strictObject({ pointCode: codeField });

/**
 * The worked example of a router: a line per procedure. Input is parsed here, the permission and its scope come from the
 * procedure, reading is one query that takes the scope, acting is one service that takes the caller.
 */
export const commandsRouter = router({
  byId: permissionProcedure('VIEW_COMMANDS')
    .input(z.strictObject({ id: commandId }))
    .query(async ({ ctx, input }) => {
      const command = await findCommandView(ctx.reader, ctx.scope, input.id);
      if (!command) throw new DomainError('notFound', 'COMMAND', `There is no command ${input.id}.`);
      return liveCommand(command);
    }),

  ofPoint: permissionProcedure('VIEW_COMMANDS')
    .input(point)
    .query(async ({ ctx, input }) => {
      const commands = await listPointCommands(ctx.reader, ctx.scope, input.pointCode, 50);
      return commands.flatMap((command) => liveCommand(command) ?? []);
    }),

  request: protectedProcedure
    .input(
      z.strictObject({
        pointCode: codeField,
        action: commandAction,
        reason: restReason,
        limitW: z.number().int().min(100).max(1_000_000).optional(),
        /** The alarm out of which the point is cut; the cut is for safety then. */
        alarmId: z.number().int().positive().optional(),
        /** The meter was moved here lately, and the person has made sure that it feeds this place. */
        mappingConfirmed: z.boolean().optional(),
        /** The request to restore that this answers. */
        answersRequest: requestId.optional(),
      }),
    )
    .mutation(({ ctx, input }) => requestSupplyChange(ctx, ctx.caller, { ...input, holdMs: UNDO_MS })),

  undo: protectedProcedure
    .input(z.strictObject({ commandId }))
    .mutation(({ ctx, input }) => undoCommand(ctx, ctx.caller, input)),

  arm: protectedProcedure.input(point).mutation(({ ctx, input }) => armPanel(ctx, ctx.caller, input)),

  release: protectedProcedure.input(point).mutation(({ ctx, input }) => releasePanel(ctx, ctx.caller, input)),
});
