import { spanFrom, wordFrom } from '../../../../../components/finance/financeTypes';
import { ledgerCsv } from '../../../../../components/finance/ledgerCsv';
import { api } from '../../../../../requestContext';
import { csvAnswer } from '../../../../csvAnswer';

/** What the page's filter shows, whole, as a file. Each export stands in the audit log. */
export async function GET(request: Request): Promise<Response> {
  const { searchParams } = new URL(request.url);
  const span = spanFrom(searchParams.get('span'));
  return csvAnswer(async ({ campus }) => {
    const { rows } = await (await api()).finance.exportLedger({
      span,
      room: wordFrom(searchParams.get('room')),
      order: wordFrom(searchParams.get('order')),
      operator: wordFrom(searchParams.get('operator')),
    });
    return {
      name: `ledger-${span.toLowerCase()}.csv`,
      rows: ledgerCsv(rows, campus.timeZone, campus.currency),
    };
  });
}
