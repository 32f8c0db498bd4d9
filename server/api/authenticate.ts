import type { MiddlewareHandler } from 'hono';
import { scopedSource } from '../../db/scopedSource';
import { readApiKey } from '../auth/apiKeys';
import { carriesDisplayToken, DISPLAY_TOKEN_PREFIX } from '../auth/displayTokens';
import { addressBlock } from '../http/addressBlock';
import { RateLimit } from '../http/rateLimit';
import { problem } from './problem';
import type { RestDeps, RestEnv } from './restApp';

/** A key may send bursts (a bank's daily file) and 50 requests a second over time. */
const KEY_BURST = 600;
const KEY_PER_S = 50;
/** Wrong keys per address: 30 at once, then one in 2 s. */
const WRONG_BURST = 30;
const WRONG_PER_S = 0.5;

/** Finds the caller by bearer key and keeps both keys and guesses within their rate. Cookies open nothing here. */
export function authenticate(deps: RestDeps): MiddlewareHandler<RestEnv> {
  const perKey = new RateLimit(deps.realClock, KEY_BURST, KEY_PER_S);
  const perAddress = new RateLimit(deps.realClock, WRONG_BURST, WRONG_PER_S);

  return async (c, next) => {
    const token = /^Bearer ([\x21-\x7e]+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    const fromDisplay =
      token?.startsWith(DISPLAY_TOKEN_PREFIX) ||
      (token === undefined && carriesDisplayToken(c.req.header('cookie')));
    if (fromDisplay && c.req.method !== 'GET' && c.req.method !== 'HEAD') {
      throw problem(403, 'DISPLAY_READ_ONLY', 'A display may look and not act.');
    }
    const address = c.env.address;
    if (token === undefined) {
      throw problem(401, 'KEY_MISSING', 'Send "Authorization: Bearer KEY".', undefined, {
        'WWW-Authenticate': 'Bearer',
      });
    }
    // Looked at before the key, so that a guesser learns nothing once over the rate.
    const block = addressBlock(address);
    if (perAddress.remaining(block) < 1) throw tooMany(perAddress.take(block));
    const caller = await readApiKey({ database: deps.database, clock: deps.engine.clock }, token, address);
    if (!caller) {
      perAddress.take(block);
      throw problem(401, 'KEY_UNKNOWN', 'This key is not valid.', undefined, {
        'WWW-Authenticate': 'Bearer error="invalid_token"',
      });
    }
    const waitS = perKey.take(caller.keyId);
    if (waitS > 0) throw tooMany(waitS);
    c.set('caller', caller);
    c.set('reader', scopedSource(deps.database, caller.reach));
    await next();
    c.header('RateLimit-Limit', String(KEY_BURST));
    c.header('RateLimit-Remaining', String(perKey.remaining(caller.keyId)));
  };
}

function tooMany(waitS: number) {
  return problem(429, 'TOO_MANY_REQUESTS', undefined, undefined, { 'Retry-After': String(waitS) });
}
