import { encode } from 'next-auth/jwt';
import { SESSION_MAX_AGE_S, sessionCookieName } from '../server/auth/readSession';
import { VIEWER } from './benchCampus';
import type { Environment } from './environment';

/** Cookie header of the signed-in viewer. */
export async function viewerCookie({ database, authSecret, publicUrl }: Environment): Promise<string> {
  const { rows } = await database.pool.query<{ id: number; version: number }>(
    'select id, session_version as version from app_user where code = $1',
    [VIEWER],
  );
  const { id, version } = rows[0]!;
  const token = await encode({
    token: { userId: id, sessionVersion: version },
    secret: authSecret,
    maxAge: SESSION_MAX_AGE_S,
  });
  return `${sessionCookieName(publicUrl)}=${token}`;
}
