import { readDisplay } from '../auth/displayTokens';
import { readSession } from '../auth/readSession';
import type { RequestHost } from '../requestHost';
import type { TrpcContext } from './init';

/** What came with the request, in a form that pages and route handlers both have. */
export interface RequestFacts {
  readonly cookieHeader: string | null;
  /** Set by the process root, so that it can be believed. */
  readonly address: string;
  readonly resHeaders: Headers;
}

/** Reads who is asking. A signed-in person goes before a display token of the same browser. */
export async function createContext(host: RequestHost, facts: RequestFacts): Promise<TrpcContext> {
  const session = await readSession(host, facts.cookieHeader);
  const display = session ? null : await readDisplay(host, facts.cookieHeader);
  return {
    host,
    database: host.database,
    engine: { clock: host.clock, log: host.log },
    session,
    display,
    ...facts,
  };
}
