import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { monthFrom, utilityFrom } from '../../../../../../components/quota/quotaQuery';
import { reportCsv } from '../../../../../../components/quota/report/reportCsv';
import { api, currentSession } from '../../../../../../requestContext';

/** The report's circuits and their total as a file. Each export stands in the audit log. */
export async function GET(request: Request, route: { params: Promise<{ dept: string }> }): Promise<Response> {
  const session = await currentSession();
  if (!session) return new Response(null, { status: 401 });
  const { searchParams } = new URL(request.url);
  const department = decodeURIComponent((await route.params).dept);
  try {
    const { quota } = await api();
    const view = await quota.exportReport({
      department,
      month: monthFrom(searchParams.get('month')),
      utility: utilityFrom(searchParams.get('utility')),
    });
    const name = `quota-${department}-${view.month}.csv`;
    return new Response(reportCsv(view, session.campus.timeZone), {
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
