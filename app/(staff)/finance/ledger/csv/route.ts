import { TRPCError } from '@trpc/server';
import { getHTTPStatusCodeFromError } from '@trpc/server/http';
import { spanFrom, wordFrom } from '../../../../../components/finance/financeTypes';
import { ledgerCsv } from '../../../../../components/finance/ledgerCsv';
import { api, currentSession } from '../../../../../requestContext';

/** What the page's filter shows, whole, as a file. Each export stands in the audit log. */
export async function GET(request: Request): Promise<Response> {
  const session = await currentSession();
  if (!session) return new Response(null, { status: 401 });
  const { searchParams } = new URL(request.url);
  const span = spanFrom(searchParams.get('span'));
  try {
    const { finance } = await api();
    const { rows } = await finance.exportLedger({
      span,
      room: wordFrom(searchParams.get('room')),
      order: wordFrom(searchParams.get('order')),
      operator: wordFrom(searchParams.get('operator')),
    });
    const { campus } = session;
    return new Response(ledgerCsv(rows, campus.timeZone, campus.currency), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="ledger-${span.toLowerCase()}.csv"`,
        'Cache-Control': 'no-store',
      },
    });
  } catch (error) {
    if (error instanceof TRPCError) return new Response(null, { status: getHTTPStatusCodeFromError(error) });
    throw error;
  }
}
