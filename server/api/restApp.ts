import { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { problemSchema } from '../../contracts/restCommon';
import type { ScopedSource } from '../../db/scopedSource';
import type { Clock } from '../../domain/time/clock';
import { type KeyCaller, keyScopeOf } from '../auth/apiKeys';
import { requirePermission } from '../auth/caller';
import type { Action, Permission } from '../auth/permissions';
import type { SignInLimit } from '../auth/signInLimit';
import type { ServiceDeps } from '../services/deps';
import { campusInstant, campusInstantOrNull } from './format';
import { errorsOfIssues, problem } from './problem';

export interface RestEnv {
  Bindings: { address: string };
  Variables: {
    caller: KeyCaller;
    /** Reads for the key, within its reach. */
    reader: ScopedSource;
    /** The body as parsed, where there is one. */
    body: unknown;
    /** The answer holds a secret: it is given once and never kept for replay. */
    secretAnswer: boolean;
  };
}

export type RestApp = OpenAPIHono<RestEnv>;
export type RestContext = Context<RestEnv>;

/** What the REST interface is given. */
export interface RestDeps extends Omit<ServiceDeps, 'reader'> {
  /** Time that runs as the machine's does, for rate limits. */
  readonly realClock: Clock;
  /** Attempts at passwords, counted together with those of the sign-in page: an import may name a second person. */
  readonly signInLimit: SignInLimit;
  /** Ed25519 key of the checkpoints, PEM, and the folder outside the database to which they are copied; null: none. */
  readonly ledgerSigningKey: string | null;
  readonly checkpointDir: string | null;
}

/** A router whose schema refusals are problems that name each field: 422 for the body, 400 for the rest. */
export function newRestApp(): RestApp {
  return new OpenAPIHono<RestEnv>({
    defaultHook: (result) => {
      if (result.success) return;
      const { target } = result;
      const part =
        target === 'json' ? 'body' : target === 'query' ? 'query' : target === 'param' ? 'path' : 'header';
      const errors = errorsOfIssues(result.error.issues, part, 'data' in result ? result.data : undefined);
      throw problem(
        part === 'body' ? 422 : 400,
        'INVALID_INPUT',
        'One or more fields break a rule; see errors.',
        errors,
      );
    },
  });
}

/** The key's reach for `action`. @throws ProblemError 403 `SCOPE_MISSING`, naming the scope that is needed */
export function requireScope(c: RestContext, action: Action): Permission {
  const caller = c.get('caller');
  if (caller.permission(action)) return requirePermission(caller, action);
  const scope = keyScopeOf(action);
  throw problem(403, 'SCOPE_MISSING', scope === null ? undefined : `This key lacks the scope "${scope}".`);
}

/** As `requireScope`, for what concerns the campus as a whole. @throws ProblemError 403 `CAMPUS_KEY_NEEDED` */
export function requireCampusScope(c: RestContext, action: Action): Permission {
  const permission = requireScope(c, action);
  if (!permission.scope.campusWide) {
    throw problem(403, 'CAMPUS_KEY_NEEDED', 'This key sees a part of the campus only.');
  }
  return permission;
}

/** What services take, for this request: the key's own reader beside what the process has. */
export function depsOf(c: RestContext, deps: RestDeps): ServiceDeps {
  return { database: deps.database, engine: deps.engine, reader: c.get('reader') };
}

/** Formats instants in the zone of the caller's campus. */
export function instantsOf(c: RestContext) {
  const { timeZone } = c.get('caller').campus;
  return {
    at: (ms: number): string => campusInstant(ms, timeZone),
    maybe: (ms: number | null): string | null => campusInstantOrNull(ms, timeZone),
  };
}

/** Answers that every call may give besides its own. */
export const PROBLEMS = {
  400: problemAnswer('Parameters or JSON can not be read'),
  401: problemAnswer('No valid API key'),
  403: problemAnswer('The key lacks the scope, or a display asks to write'),
  404: problemAnswer('Unknown, or outside the key’s part of the campus'),
  429: problemAnswer('Over the key’s rate; see Retry-After'),
} as const;

export const WRITE_PROBLEMS = {
  ...PROBLEMS,
  409: problemAnswer('Refused by the present state; `code` names why'),
  413: problemAnswer('The body is too large'),
  415: problemAnswer('The body is no JSON'),
  422: problemAnswer('Fields break a rule; see `errors`'),
} as const;

function problemAnswer(description: string) {
  return { description, content: { 'application/problem+json': { schema: problemSchema } } };
}

/** A JSON answer for `createRoute`. */
export function answer<T>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } };
}

/** A JSON body for `createRoute`. */
export function jsonBody<T>(schema: T) {
  return { required: true, content: { 'application/json': { schema } } };
}

export const SECURITY = [{ bearer: [] }];
