import { monthFrom, utilityFrom } from '../../../../../../components/quota/quotaQuery';
import { reportCsv } from '../../../../../../components/quota/report/reportCsv';
import { api } from '../../../../../../requestContext';
import { csvAnswer } from '../../../../../csvAnswer';

/** The report's circuits and their total as a file. Each export stands in the audit log. */
export async function GET(request: Request, route: { params: Promise<{ dept: string }> }): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const department = decodeURIComponent((await route.params).dept);
  return csvAnswer(async ({ campus }) => {
    const view = await (await api()).quota.exportReport({
      department,
      month: monthFrom(searchParams.get('month')),
      utility: utilityFrom(searchParams.get('utility')),
    });
    return { name: `quota-${department}-${view.month}.csv`, rows: reportCsv(view, campus.timeZone) };
  });
}
