import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { currentSession } from '../requestContext';
import type { Session } from '../server/auth/session';

export interface CsvFile {
  /** As the file is saved; any characters. */
  readonly name: string;
  readonly text: string;
}

/**
 * A page's table as a file. Nobody signed in: 401; what a procedure refuses keeps its status, without a body.
 * @param read builds the file with the viewer's own rights
 */
export async function csvAnswer(read: (session: Session) => Promise<CsvFile>): Promise<Response> {
  const session = await currentSession();
  if (!session) return new Response(null, { status: 401 });
  try {
    const { name, text } = await read(session);
    return new Response(text, {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
        'Cache-Control': 'no-store',
      },
    });
  } catch (error) {
    if (error instanceof TRPCError) return new Response(null, { status: getHTTPStatusCodeFromError(error) });
    throw error;
  }
}
