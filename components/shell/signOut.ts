import { z } from 'zod';

const csrfSchema = z.object({ csrfToken: z.string() });

/** The token that proves that a form came from a page of ours. @throws Error when the server does not answer */
export async function csrfToken(): Promise<string> {
  const response = await fetch('/api/auth/csrf', { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`csrf ${response.status}`);
  return csrfSchema.parse(await response.json()).csrfToken;
}

/** Ends the session of this browser and shows the login page. */
export async function signOut(): Promise<void> {
  const token = await csrfToken();
  await fetch('/api/auth/signout', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ csrfToken: token, json: 'true' }),
  });
  window.location.assign('/login');
}
