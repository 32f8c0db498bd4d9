import { campusScope } from '../../../db/queries/scope';
import { scopedSource } from '../../../db/scopedSource';
import { requirePermission, sessionCaller } from '../../auth/caller';
import { viewBands } from '../../services/campus/viewBands';
import { viewLoadToday } from '../../services/campus/viewLoadToday';
import { viewPlaces } from '../../services/campus/viewPlaces';
import { router, viewerProcedure } from '../init';

/** A paired display sees the aggregates of its campus; a person sees on a wall what the overview would show them. */
const wallProcedure = viewerProcedure.use(({ ctx, next }) => {
  const { viewer } = ctx;
  const at = new Date(ctx.engine.clock.now());
  if (viewer.kind === 'DISPLAY') {
    const reader = scopedSource(ctx.database, { kind: 'DISPLAY', campusId: viewer.campus.id });
    return next({ ctx: { ...ctx, reader, scope: campusScope(viewer.campus.id, at) } });
  }
  const caller = sessionCaller(viewer, ctx.address, at);
  const { scope } = requirePermission(caller, 'VIEW_OVERVIEW');
  return next({ ctx: { ...ctx, reader: scopedSource(ctx.database, caller.reach), scope } });
});

/** A drill stands on the walls for this long. */
const DRILL_SHOWN_MS = 600_000;

/** Aggregates of a campus for its walls. */
export const wallRouter = router({
  places: wallProcedure.query(({ ctx }) => viewPlaces(ctx, ctx.scope)),

  bands: wallProcedure.query(({ ctx }) => viewBands(ctx, ctx.scope, ctx.viewer.campus.timeZone)),

  /** The newest tamper drill, without whose account it was; null: none in this demo of late. */
  drill: wallProcedure.query(({ ctx }) => {
    const last = ctx.host.drill.last;
    if (!last || ctx.engine.clock.now() - last.atMs > DRILL_SHOWN_MS) return null;
    const { atMs, found, tookMs, restored } = last;
    return { atMs, found, tookMs, restored };
  }),

  loadToday: wallProcedure.query(({ ctx }) => viewLoadToday(ctx, ctx.scope, ctx.viewer.campus.timeZone)),
});
