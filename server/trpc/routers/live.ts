import { z } from 'zod';
import { liveRoomSchema } from '../../../contracts/liveEvents';
import { DomainError } from '../../../domain/errors';
import { router, viewerProcedure } from '../init';

/** The live memory over HTTP: first paints, and polling while a socket is away. */
export const liveRouter = router({
  snapshot: viewerProcedure.input(z.strictObject({ room: liveRoomSchema })).query(async ({ ctx, input }) => {
    // The schema's pattern is that of the type.
    const snapshot = await ctx.host.live.snapshot(ctx.viewer, input.room);
    if (snapshot === 'FORBIDDEN') {
      throw new DomainError('forbidden', 'ROLE_MISSING', 'No role of yours allows this.');
    }
    if (snapshot === 'UNKNOWN_ROOM') {
      throw new DomainError('notFound', 'LIVE_ROOM', `There is nothing live called ${input.room}.`);
    }
    return snapshot;
  }),
});
