import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { homeOf } from './server/auth/homeOf';
import type { Session } from './server/auth/session';
import { requestHost } from './server/requestHost';
import { createContext } from './server/trpc/createContext';
import type { TrpcContext } from './server/trpc/init';
import { createCaller } from './server/trpc/root';

/**
 * The request side's entry: what pages may know of the server. A page calls `api()` for its first paint and
 * `signedIn()` where only a person may be.
 */

/** What the process root lends to route handlers. */
export { requestHost };

/** Context of the request that is being rendered; read once per request. */
const pageContext = cache(async (): Promise<TrpcContext> => {
  const [cookieList, headerList] = await Promise.all([cookies(), headers()]);
  return createContext(requestHost(), {
    cookieHeader: cookieList.toString(),
    address: headerList.get('x-forwarded-for') ?? 'unknown',
    resHeaders: new Headers(),
  });
});

/** Procedures, called in the process with the viewer's own rights: `await (await api()).session.me()`. */
export async function api(): Promise<ReturnType<typeof createCaller>> {
  return createCaller(await pageContext());
}

/** The signed-in person, or null. */
export async function currentSession(): Promise<Session | null> {
  return (await pageContext()).session;
}

/** The signed-in person; anyone else is sent to the login page, which comes back to `path`. */
export async function signedIn(path: string): Promise<Session> {
  const session = await currentSession();
  if (!session) redirect(`/login?next=${encodeURIComponent(path)}`);
  return session;
}

/** Where the viewer belongs: their landing page, or the login page. */
export async function homePath(): Promise<string> {
  const session = await currentSession();
  return session ? homeOf(session) : '/login';
}

/** Business time of this request, ms UTC. */
export function requestTime(): number {
  return requestHost().clock.now();
}

/** The customer's own map token for the browser; null: MapLibre. */
export function mapToken(): string | null {
  return requestHost().mapboxToken;
}

/** True in demo and test builds. */
export function isDemo(): boolean {
  return requestHost().demo;
}
