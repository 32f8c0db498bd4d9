import { z } from 'zod';
import { listCampusNames } from '../../../db/queries/placeSearch';
import { searchCampus } from '../../services/places/search';
import { protectedProcedure, publicProcedure, router } from '../init';

/** Places by what somebody types. */
export const placesRouter = router({
  /** Names of the campuses that this installation serves; the login page says where one is. */
  campuses: publicProcedure.query(({ ctx }) => listCampusNames(ctx.database)),

  search: protectedProcedure
    .input(z.strictObject({ text: z.string().trim().min(1).max(40) }))
    .query(({ ctx, input }) => searchCampus(ctx, ctx.caller, input.text)),
});
