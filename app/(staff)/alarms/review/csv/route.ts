import { journalCsv } from '../../../../../components/alarms/review/journalCsv';
import { priorityFrom, spanFrom } from '../../../../../components/alarms/review/reviewTypes';
import { api } from '../../../../../requestContext';
import { csvAnswer } from '../../../../csvAnswer';

/** The journal as the page's filter shows it, whole, as a file. Each export stands in the audit log. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const span = spanFrom(searchParams.get('span'));
  return csvAnswer(async ({ campus }) => {
    const lines = await (await api()).alarms.journalExport({
      span,
      priority: priorityFrom(searchParams.get('priority')),
      announcedOnly: searchParams.get('announced') === '1',
    });
    return { name: `alarms-${span.toLowerCase()}.csv`, rows: journalCsv(lines, campus.timeZone) };
  });
}
