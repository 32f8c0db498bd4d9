import { z } from 'zod';
import { csrfToken } from '../shell/signOut';

/** How an attempt ended: signed in, a wrong name or password, too many tries (with the wait in seconds), or no answer. */
export type SignInOutcome =
  | { kind: 'IN' }
  | { kind: 'WRONG' }
  | { kind: 'WAIT'; seconds: number }
  | { kind: 'UNAVAILABLE' };

const answerSchema = z.object({ url: z.string() });

/** Signs this browser in. The demo's one-tap list passes no password. */
export async function signIn(name: string, password: string | null): Promise<SignInOutcome> {
  try {
    const response = await fetch('/api/auth/callback/credentials', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        csrfToken: await csrfToken(),
        json: 'true',
        name,
        ...(password === null ? { oneTap: '1' } : { password }),
      }),
    });
    if (response.ok) return { kind: 'IN' };
    const answer = answerSchema.safeParse(await response.json());
    return outcomeOf(answer.success ? new URL(answer.data.url, window.location.origin) : null);
  } catch {
    return { kind: 'UNAVAILABLE' };
  }
}

function outcomeOf(url: URL | null): SignInOutcome {
  const error = url?.searchParams.get('error') ?? 'UNAVAILABLE';
  const wait = /^TOO_MANY_ATTEMPTS:(\d+)$/.exec(error);
  if (wait) return { kind: 'WAIT', seconds: Number(wait[1]) };
  return error === 'CredentialsSignin' ? { kind: 'WRONG' } : { kind: 'UNAVAILABLE' };
}

/** The page to go to afterwards: a path of our own, never another site. */
export function safeNext(next: string | null): string {
  return next !== null && /^\/(?![/\\])/.test(next) ? next : '/';
}
