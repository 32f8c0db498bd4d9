import { campusScope } from '../../../db/queries/scope';
import { roleMissing, sessionCaller } from '../../auth/caller';
import { viewBands } from '../../services/campus/viewBands';
import { viewLoadToday } from '../../services/campus/viewLoadToday';
import { viewPlaces } from '../../services/campus/viewPlaces';
import { router, viewerProcedure } from '../init';

/** A paired display sees the aggregates of its campus; a person sees on a wall what the overview would show them. */
const wallProcedure = viewerProcedure.use(({ ctx, next }) => {
  const { viewer } = ctx;
  const at = new Date(ctx.engine.clock.now());
  if (viewer.kind === 'DISPLAY') {
    return next({ ctx: { ...ctx, scope: campusScope(viewer.campus.id, at) } });
  }
  const permission = sessionCaller(viewer, ctx.address, at).permission('VIEW_OVERVIEW');
  if (!permission) throw roleMissing('VIEW_OVERVIEW');
  return next({ ctx: { ...ctx, scope: permission.scope } });
});

/** Aggregates of a campus for its walls. */
export const wallRouter = router({
  places: wallProcedure.query(({ ctx }) => viewPlaces(ctx, ctx.scope)),

  bands: wallProcedure.query(({ ctx }) => viewBands(ctx, ctx.scope, ctx.viewer.campus.timeZone)),

  loadToday: wallProcedure.query(({ ctx }) => viewLoadToday(ctx, ctx.scope, ctx.viewer.campus.timeZone)),
});
