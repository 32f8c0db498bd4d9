import { mayWithin } from '../../auth/caller';
import { viewBands } from '../../services/campus/viewBands';
import { viewDeviations } from '../../services/campus/viewDeviations';
import { viewLoadToday } from '../../services/campus/viewLoadToday';
import { viewPlaces } from '../../services/campus/viewPlaces';
import { permissionProcedure, router } from '../init';

const viewer = permissionProcedure('VIEW_OVERVIEW');

/** What the live figures of the campus, or of a part of it, are read against. */
export const overviewRouter = router({
  places: viewer.query(({ ctx }) => viewPlaces(ctx, ctx.scope)),

  bands: viewer.query(({ ctx }) => viewBands(ctx, ctx.scope, ctx.caller.campus.timeZone)),

  loadToday: viewer.query(({ ctx }) => viewLoadToday(ctx, ctx.scope, ctx.caller.campus.timeZone)),

  deviations: viewer.query(({ ctx }) => {
    const seesRooms = mayWithin(ctx.caller, 'VIEW_LIVE_ROOM', ctx.scope);
    return viewDeviations(ctx, ctx.scope, ctx.caller.campus.timeZone, seesRooms);
  }),
});
