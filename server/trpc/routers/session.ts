import { listSignIns } from '../../../db/queries/users';
import { homeOf } from '../../auth/homeOf';
import { ACTIONS, mayEver } from '../../auth/permissions';
import { publicProcedure, router } from '../init';

/** Who is looking, and where they land. */
export const sessionRouter = router({
  /** The viewer, or null for nobody. `may` names every action that some role of theirs allows somewhere. */
  me: publicProcedure.query(({ ctx }) => {
    const { session, display, host } = ctx;
    const shared = { demo: host.demo, buildId: host.buildId, serverTime: ctx.engine.clock.now() };
    if (session) {
      return {
        ...shared,
        kind: 'USER' as const,
        name: session.displayName,
        code: session.userCode,
        campus: session.campus,
        roles: [...new Set(session.bindings.map((b) => b.role))],
        may: ACTIONS.filter((action) => mayEver(session, action)),
        home: homeOf(session),
      };
    }
    if (display) {
      return {
        ...shared,
        kind: 'DISPLAY' as const,
        name: display.name,
        campus: display.campus,
        playlist: display.playlist,
        home: '/wall',
      };
    }
    return { ...shared, kind: 'NOBODY' as const, home: '/login' };
  }),

  /** One-tap sign-ins of the demo; none in production. */
  demoSignIns: publicProcedure.query(async ({ ctx }) => {
    if (!ctx.host.demo) return [];
    return listSignIns(ctx.database, new Date(ctx.engine.clock.now()));
  }),
});
