import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { type CsvRows, csvText, type ExportMark } from '../components/ui/csv';
import { formatIso } from '../components/ui/formatTime';
import { currentSession, requestTime } from '../requestContext';
import type { Session } from '../server/auth/session';

export interface CsvFile {
  /** As the file is saved; any characters. */
  readonly name: string;
  readonly rows: CsvRows;
}

/** Who exports, under which sign-in, when, and the roles by which they may, with the part of the campus each holds for. */
function markOf({ displayName, userCode, bindings, campus }: Session): ExportMark {
  const scopes = bindings.map(
    ({ role, spaceCode, departmentCode }) => `${role} ${spaceCode ?? departmentCode ?? campus.code}`,
  );
  return {
    by: `${displayName} (${userCode})`,
    at: formatIso(requestTime(), campus.timeZone),
    scope: [...new Set(scopes)].join(', '),
  };
}

/**
 * A page's table as a file, each row of it marked with who took it out. Nobody signed in: 401; what a procedure refuses keeps its status, without a body.
 * @param read builds the file with the viewer's own rights
 */
export async function csvAnswer(read: (session: Session) => Promise<CsvFile>): Promise<Response> {
  const session = await currentSession();
  if (!session) return new Response(null, { status: 401 });
  try {
    const { name, rows } = await read(session);
    return new Response(csvText(rows, markOf(session)), {
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
