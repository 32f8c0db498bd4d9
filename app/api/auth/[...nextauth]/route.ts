import type { NextRequest } from 'next/server';
import NextAuth from 'next-auth';
import { requestHost } from '../../../../requestContext';
import { authOptions } from '../../../../server/auth/authOptions';

interface RouteParams {
  params: Promise<{ nextauth: string[] }>;
}

/** The options hold the running process's secret and database, so they are made per request and not at build time. */
function handle(req: NextRequest, context: RouteParams): Promise<Response> {
  return NextAuth(req, context, authOptions(requestHost()));
}

export { handle as GET, handle as POST };
