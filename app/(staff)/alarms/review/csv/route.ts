import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { journalCsv } from '../../../../../components/alarms/review/journalCsv';
import { priorityFrom, spanFrom } from '../../../../../components/alarms/review/reviewTypes';
import { api, currentSession } from '../../../../../requestContext';

/** The journal as the page's filter shows it, whole, as a file. */
export async function GET(request: Request): Promise<Response> {
  const session = await currentSession();
  if (!session) return new Response(null, { status: 401 });
  const { searchParams } = new URL(request.url);
  const span = spanFrom(searchParams.get('span'));
  try {
    const lines = await (await api()).alarms.journalExport({
      span,
      priority: priorityFrom(searchParams.get('priority')),
      announcedOnly: searchParams.get('announced') === '1',
    });
    return new Response(journalCsv(lines, session.campus.timeZone), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="alarms-${span.toLowerCase()}.csv"`,
        'Cache-Control': 'no-store',
      },
    });
  } catch (error) {
    if (error instanceof TRPCError) return new Response(null, { status: getHTTPStatusCodeFromError(error) });
    throw error;
  }
}
