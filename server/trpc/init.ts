import { initTRPC, TRPCError } from '@trpc/server';
import superjson from 'superjson';
import { ZodError } from 'zod';
import { scopedSource } from '../../db/scopedSource';
import { DomainError } from '../../domain/errors';
import type { EngineContext } from '../../engine/context';
import { type Caller, roleMissing, sessionCaller } from '../auth/caller';
import type { Action } from '../auth/permissions';
import type { DisplaySession, Session, Viewer } from '../auth/session';
import type { RequestHost } from '../requestHost';
import { toTrpcError } from './toTrpcError';

/** What every procedure is given. One per HTTP request, shared by the calls batched in it. */
export interface TrpcContext {
  readonly host: RequestHost;
  readonly database: RequestHost['database'];
  /** Clock and log, in the form in which engine acts take them. */
  readonly engine: EngineContext;
  readonly session: Session | null;
  readonly display: DisplaySession | null;
  /** Address of the client, for audit and limits. */
  readonly address: string;
  readonly cookieHeader: string | null;
  /** For the few procedures that set a cookie (displays). */
  readonly resHeaders: Headers;
}

/** What a browser learns of a refusal besides its code: enough to say it in words. */
export interface RefusalData {
  /** UPPER_SNAKE word that screens translate, e.g. `LIFE_SAFETY`. */
  reason: string;
  /** JSON pointer of the offending input; null: none. */
  field: string | null;
  details: Record<string, string | number | boolean>;
}

function refusalOf(error: TRPCError): RefusalData | null {
  const cause = error.cause;
  if (cause instanceof ZodError) {
    const issue = cause.issues[0];
    return {
      reason: 'INVALID_INPUT',
      field: issue ? `/${issue.path.map(String).join('/')}` : null,
      details: issue ? { problem: issue.message } : {},
    };
  }
  if (!(cause instanceof DomainError)) return null;
  const details: RefusalData['details'] = {};
  for (const [key, value] of Object.entries(cause.details)) {
    if (key !== 'field' && value !== undefined) details[key] = value;
  }
  return { reason: cause.reason, field: cause.details.field ?? null, details };
}

const t = initTRPC.context<TrpcContext>().create({
  transformer: superjson,
  // A stack trace is for the log, never for the browser.
  isDev: false,
  errorFormatter({ shape, error }) {
    const hidden = error.code === 'INTERNAL_SERVER_ERROR';
    return {
      ...shape,
      message: hidden ? 'Something failed inside.' : shape.message,
      data: { code: shape.data.code, httpStatus: shape.data.httpStatus, refusal: refusalOf(error) },
    };
  },
});

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;

/**
 * Anyone, signed in or not. A display token reads only: whatever it is shown on, a write by it is refused here, before
 * any procedure runs. Refusals of domain and services become tRPC errors in this one place.
 */
const baseProcedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  if (!result.ok) throw toTrpcError(result.error);
  return result;
});

export const publicProcedure = baseProcedure.use(({ ctx, type, next }) => {
  if (type === 'mutation' && ctx.display && !ctx.session) throw displayReadOnly();
  return next();
});

/** For the writes that a display itself must make: pairing and its heartbeat. Nothing else may build on it. */
export const displayOwnProcedure = baseProcedure;

function displayReadOnly(): DomainError {
  return new DomainError('forbidden', 'DISPLAY_READ_ONLY', 'A display may look and not act.');
}

/** A signed-in person. `ctx.caller` is what services take, `ctx.reader` what is read with: it ends where the caller's rights end. */
export const protectedProcedure = publicProcedure.use(({ ctx, next }) => {
  const { session } = ctx;
  if (!session) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in first.' });
  const caller: Caller = sessionCaller(session, ctx.address, new Date(ctx.engine.clock.now()));
  const reader = scopedSource(ctx.database, caller.reach);
  return next({ ctx: { ...ctx, session, caller, reader } });
});

/** A signed-in person or a paired wall: aggregates that a wall may show. */
export const viewerProcedure = publicProcedure.use(({ ctx, next }) => {
  const viewer: Viewer | null = ctx.session ?? ctx.display;
  if (!viewer) throw new TRPCError({ code: 'UNAUTHORIZED', message: 'Sign in or pair this display first.' });
  return next({ ctx: { ...ctx, viewer } });
});

/**
 * A person who may do `action` somewhere. `ctx.scope` is where: hand it to the query, which then can't leak.
 * `ctx.grant` other than FULL asks the service for more (a second person, the own tag).
 */
export function permissionProcedure(action: Action) {
  return protectedProcedure.use(({ ctx, next }) => {
    const permission = ctx.caller.permission(action);
    if (!permission) throw roleMissing(action);
    return next({ ctx: { ...ctx, scope: permission.scope, grant: permission.grant } });
  });
}
