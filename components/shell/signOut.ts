import { z } from 'zod';

const csrfSchema = z.object({ csrfToken: z.string() });

/** The token that proves that a form came from a page of ours. @throws Error when the server does not answer */
export async function csrfToken(): Promise<string> {
  const response = await fetch('/api/auth/csrf', { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`csrf ${response.status}`);
  return csrfSchema.parse(await response.json()).csrfToken;
}

/** Folder of the worker that shows pushed messages (components/notices/subscribeBrowser.ts). */
const PUSH_SCOPE = '/notices/';

/** Messages pushed to this browser end with the session: whoever sits here next must not read them. */
async function endPush(): Promise<void> {
  const worker = await navigator.serviceWorker?.getRegistration(PUSH_SCOPE);
  const subscription = await worker?.pushManager?.getSubscription();
  await subscription?.unsubscribe();
}

/** Ends the session of this browser, and what is pushed to it, and shows the login page. */
export async function signOut(): Promise<void> {
  await endPush().catch(() => undefined);
  const token = await csrfToken();
  await fetch('/api/auth/signout', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken: token, json: 'true' }),
  });
  window.location.assign('/login');
}
