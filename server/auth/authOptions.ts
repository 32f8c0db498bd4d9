import type { AuthOptions } from 'next-auth';
import CredentialsProvider from 'next-auth/providers/credentials';
import { DomainError } from '../../domain/errors';
import type { RequestHost } from '../requestHost';
import { checkSignIn } from './checkSignIn';
import { SESSION_MAX_AGE_S } from './readSession';

declare module 'next-auth' {
  interface User {
    userId: number;
    sessionVersion: number;
  }
}

declare module 'next-auth/jwt' {
  interface JWT {
    userId?: number;
    sessionVersion?: number;
  }
}

/**
 * Sign-in by name and password. The cookie holds the user's number and the version of the user's rights, no name and no
 * roles: those are read from the database with each request. Only Next's route handler may import this file, since the
 * provider can't be loaded by plain Node.
 */
export function authOptions(host: RequestHost): AuthOptions {
  return {
    secret: host.authSecret,
    session: { strategy: 'jwt', maxAge: SESSION_MAX_AGE_S },
    // The token has an end of its own, 30 days if it isn't told.
    jwt: { maxAge: SESSION_MAX_AGE_S },
    pages: { signIn: '/login', error: '/login' },
    providers: [
      CredentialsProvider({
        credentials: { name: {}, password: {}, oneTap: {} },
        async authorize(credentials, req) {
          const address = req.headers?.['x-forwarded-for'];
          try {
            const signedIn = await checkSignIn(host, {
              name: textOf(credentials?.name).trim(),
              password: textOf(credentials?.password),
              oneTap: credentials?.oneTap === '1',
              address: typeof address === 'string' ? address : 'unknown',
            });
            return signedIn && { id: String(signedIn.userId), ...signedIn };
          } catch (error) {
            if (!(error instanceof DomainError)) {
              host.log.error({ err: error }, 'sign-in failed');
              throw new Error('UNAVAILABLE');
            }
            // The login page is given this text as its error code.
            const waitS = error.details.retryAfterS;
            throw new Error(waitS === undefined ? error.reason : `${error.reason}:${waitS}`);
          }
        },
      }),
    ],
    callbacks: {
      jwt({ token, user }) {
        if (!user) return token;
        return { userId: user.userId, sessionVersion: user.sessionVersion };
      },
      session({ session }) {
        return { expires: session.expires };
      },
    },
    logger: {
      error: (code) => host.log.warn({ code }, 'auth error'),
      warn: () => undefined,
      debug: () => undefined,
    },
  };
}

/** Form fields may be repeated or missing. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
