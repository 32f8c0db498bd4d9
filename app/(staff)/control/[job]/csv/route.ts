import { jobCsv } from '../../../../../components/control/jobCsv';
import { api } from '../../../../../requestContext';
import { csvAnswer } from '../../../../csvAnswer';

/** The result of a bulk job, point by point, as a file. Each export stands in the audit log. */
export async function GET(
  _request: Request,
  { params }: { params: Promise<{ job: string }> },
): Promise<Response> {
  const { job } = await params;
  return csvAnswer(async ({ campus }) => {
    const detail = await (await api()).control.jobExport({ id: job });
    return { name: `bulk-${detail.job.id}.csv`, rows: jobCsv(detail, campus.timeZone) };
  });
}
