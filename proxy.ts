import { type NextRequest, NextResponse } from 'next/server';

/** Pages that ask for no sign-in: the login itself, walls, which pair instead, and the check of a receipt. */
const OPEN = /^\/(login|wall|verify)(\/|$)/;
const SESSION_COOKIE = /^(__Secure-)?next-auth\.session-token$/;

/**
 * Sends browsers without a session to the login page before anything is rendered. Only a convenience: whether the cookie is
 * genuine, and what its owner may do, is decided by every page, procedure and socket for itself.
 */
export function proxy(request: NextRequest): NextResponse {
  const { pathname, search } = request.nextUrl;
  if (OPEN.test(pathname) || request.cookies.getAll().some(({ name }) => SESSION_COOKIE.test(name))) {
    return NextResponse.next();
  }
  const login = new URL('/login', request.url);
  if (pathname !== '/') login.searchParams.set('next', pathname + search);
  return NextResponse.redirect(login);
}

export const config = {
  // Everything but programs' calls and files.
  matcher: ['/((?!api/|_next/|.*\\.[a-z0-9]+$).*)'],
};
