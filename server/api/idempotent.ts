import { createHash } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { pgErrorCode, type Tx, withTransaction } from '../../db/client';
import { claimIdempotencyKey, type StoredAnswer, storeAnswer } from '../../db/queries/idempotency';
import { type CanonicalValue, jcs } from '../../domain/credit/jcs';
import { problem } from './problem';
import type { RestContext, RestDeps, RestEnv } from './restApp';
import { Semaphore } from './semaphore';

const KEY = /^[\x21-\x7e]{1,128}$/;
const LOCK_NOT_AVAILABLE = '55P03';
/** How long a repeat waits for the first request to end. */
const WAIT_MS = 30_000;
/** Answers that say nothing about the request itself: a repeat must be tried again. */
const NOT_KEPT: ReadonlySet<number> = new Set([401, 403, 413, 415, 429]);

/** Undoes the claim of a request whose answer is not kept; never leaves this file. */
class NotKept extends Error {}

/**
 * `Idempotency-Key`: the same key and body give the first answer again, another body 409. The claim is a row of an open
 * transaction, so that a repeat waits for the first request, and a crash in between frees the key at once. Money is guarded
 * apart from this by its reference.
 */
export function idempotent(deps: RestDeps): MiddlewareHandler<RestEnv> {
  // Each keyed request holds one connection while it uses another; half of the pool must stay free for that other.
  const places = new Semaphore(Math.floor((deps.database.pool.options.max ?? 10) / 2));

  return async (c, next) => {
    const key = c.req.header('idempotency-key');
    if (key === undefined || c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    if (!KEY.test(key)) {
      throw problem(400, 'BAD_IDEMPOTENCY_KEY', 'The key has 1 to 128 visible ASCII characters.', [
        { pointer: '/Idempotency-Key', code: 'BAD_FORMAT', in: 'header' },
      ]);
    }
    const hash = hashOf(c);
    const claim = {
      apiKeyId: c.get('caller').keyId,
      key,
      requestHash: hash,
      at: new Date(deps.engine.clock.now()),
      waitMs: WAIT_MS,
    };
    const work = async (tx: Tx): Promise<StoredAnswer | null> => {
      const first = await claimIdempotencyKey(tx, claim);
      if (first) return first;
      await next();
      if (c.res.status >= 500 || NOT_KEPT.has(c.res.status)) throw new NotKept();
      await storeAnswer(tx, { apiKeyId: claim.apiKeyId, key, ...(await answerToKeep(c)) });
      return null;
    };
    const first = await places
      .run(() => withTransaction(deps.database, work))
      .catch((error: unknown) => {
        if (error instanceof NotKept) return null;
        if (pgErrorCode(error) === LOCK_NOT_AVAILABLE) {
          throw problem(
            409,
            'IN_PROGRESS',
            'The first request with this key is still being worked on.',
            undefined,
            {
              'Retry-After': '5',
            },
          );
        }
        throw error;
      });
    if (first) c.res = replay(first, hash);
  };
}

function hashOf(c: RestContext): Buffer {
  const url = new URL(c.req.url);
  const body = c.get('body') as CanonicalValue | undefined;
  return requestHash(c.req.method, url.pathname + url.search, body);
}

/**
 * What tells a repeat from another request: SHA-256 of its canonical text. The password of whoever signs beside is no part of it, since
 * whoever reads the table could try passwords against the hash.
 */
export function requestHash(method: string, target: string, body: CanonicalValue | undefined): Buffer {
  const hidden =
    isObject(body) && isObject(body.second) ? { ...body, second: withoutPassword(body.second) } : body;
  return createHash('sha256')
    .update(jcs({ method, target, body: hidden }))
    .digest();
}

type CanonicalObject = { readonly [key: string]: CanonicalValue | undefined };

const isObject = (value: CanonicalValue | undefined): value is CanonicalObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function withoutPassword({ password: _hidden, ...rest }: CanonicalObject): CanonicalObject {
  return rest;
}

/** The answer as text, so that a replay equals it to the letter. */
async function answerToKeep(c: RestContext): Promise<{ status: number; body: string }> {
  if (c.get('secretAnswer')) {
    return {
      status: 409,
      body: JSON.stringify(
        problem(409, 'ALREADY_SHOWN', 'The first answer held a secret, which is shown once.').problem,
      ),
    };
  }
  return { status: c.res.status, body: await c.res.clone().text() };
}

function replay(first: StoredAnswer, requestHash: Buffer): Response {
  if (!first.requestHash.equals(requestHash)) {
    throw problem(409, 'IDEMPOTENCY_KEY_REUSED', 'This key was used for another request.');
  }
  const type = first.status >= 400 ? 'application/problem+json' : 'application/json';
  const body = first.body === '' ? null : first.body;
  return new Response(body, {
    status: first.status,
    headers: { 'Content-Type': type, 'Idempotency-Replayed': 'true' },
  });
}
