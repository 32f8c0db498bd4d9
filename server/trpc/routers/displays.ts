import { z } from 'zod';
import { restText } from '../../../contracts/restCommon';
import { recordDisplayHeartbeat } from '../../../db/queries/displays';
import { DomainError } from '../../../domain/errors';
import { clearedDisplayCookie, pollPairing, rotateIfDue, startPairing } from '../../auth/displayTokens';
import { listPairedDisplays, pairDisplay, revokePairedDisplay } from '../../services/displays/manage';
import { displayOwnProcedure, permissionProcedure, router } from '../init';

const manager = permissionProcedure('MANAGE_DISPLAYS');
const pairingCode = z.string().regex(/^\d{6}$/);

/** Walls: their own pairing and heartbeat, and what an admin does with them. */
export const displaysRouter = router({
  /** For an unpaired screen: a code to show and a secret to ask with. */
  startPairing: displayOwnProcedure.mutation(({ ctx }) => {
    const waitS = ctx.host.pairingLimit.take(ctx.address);
    if (waitS > 0) {
      throw new DomainError('unavailable', 'TOO_MANY_PAIRINGS', 'Too many codes from here.', {
        retryAfterS: waitS,
      });
    }
    return startPairing(ctx.host);
  }),

  /** Asked every few seconds by the waiting screen; PAIRED comes with the cookie. */
  pollPairing: displayOwnProcedure
    .input(z.strictObject({ code: pairingCode, secret: z.string().min(20).max(100) }))
    .mutation(async ({ ctx, input }) => {
      const result = await pollPairing(ctx.host, input.code, input.secret);
      if (result.state === 'PAIRED') ctx.resHeaders.append('Set-Cookie', result.cookie);
      return { state: result.state };
    }),

  /** Every 30 s from a paired wall. PAIR_AGAIN: the token holds no more, show the code. */
  heartbeat: displayOwnProcedure
    .input(
      z.strictObject({
        build: z.string().max(64),
        /** Age of the newest frame painted, ms; null before the first. */
        frameAgeMs: z.number().int().min(0).max(31_536_000_000).nullable(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { display, host } = ctx;
      if (!display) {
        ctx.resHeaders.append('Set-Cookie', clearedDisplayCookie(host.publicUrl));
        return { state: 'PAIR_AGAIN' as const };
      }
      const nowMs = ctx.engine.clock.now();
      await recordDisplayHeartbeat(ctx.database, display.displayId, {
        atMs: nowMs,
        frameMs: input.frameAgeMs === null ? null : nowMs - input.frameAgeMs,
        build: input.build,
      });
      const cookie = await rotateIfDue(host, ctx.cookieHeader);
      if (cookie !== null) ctx.resHeaders.append('Set-Cookie', cookie);
      return {
        state: 'PAIRED' as const,
        playlist: display.playlist,
        buildId: host.buildId,
        serverTime: nowMs,
      };
    }),

  list: manager.query(({ ctx }) => listPairedDisplays(ctx, ctx.caller)),

  approve: manager
    .input(z.strictObject({ code: pairingCode, name: restText(60) }))
    .mutation(({ ctx, input }) =>
      pairDisplay(
        { database: ctx.database, reader: ctx.reader, engine: ctx.engine, publicUrl: ctx.host.publicUrl },
        ctx.caller,
        input,
      ),
    ),

  revoke: manager
    .input(z.strictObject({ displayId: z.string().min(1).max(64) }))
    .mutation(({ ctx, input }) => revokePairedDisplay(ctx, ctx.caller, input)),
});
