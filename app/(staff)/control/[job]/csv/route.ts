import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { jobCsv } from '../../../../../components/control/jobCsv';
import { api, currentSession } from '../../../../../requestContext';

/** The result of a bulk job, point by point, as a file. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ job: string }> },
): Promise<Response> {
  const session = await currentSession();
  if (!session) return new Response(null, { status: 401 });
  const { job } = await params;
  try {
    const detail = await (await api()).control.jobExport({ id: job });
    return new Response(jobCsv(detail, session.campus.timeZone), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="bulk-${detail.job.id}.csv"`,
        'Cache-Control': 'no-store',
      },
    });
  } catch (error) {
    if (error instanceof TRPCError) return new Response(null, { status: getHTTPStatusCodeFromError(error) });
    throw error;
  }
}
