import { type FlowBooks, type OpenFlow, readFlowBooks, readOpenFlow } from '../../../db/queries/moneyFlow';
import type { ScopeFilter } from '../../../db/queries/scope';
import { campusZone } from '../../../domain/time/campusTime';
import type { ReadDeps } from '../deps';

const QUARTER_MS = 900_000;
const HEARD_MS = 5 * 60_000;

/** Spans that can be reconciled. All end at the last quarter hour that is closed and posted. */
export const FLOW_SPANS = ['QUARTER', 'HOUR', 'TODAY', 'YESTERDAY'] as const;
export type FlowSpan = (typeof FLOW_SPANS)[number];

/** Energy and money now, and the books of one span. Powers in W, money in µ-currency and pico-currency. */
export interface MoneyFlow {
  readonly nowMs: number;
  readonly now: OpenFlow;
  readonly span: FlowSpan;
  readonly fromMs: number;
  readonly toMs: number;
  readonly books: FlowBooks;
  /** True where registers, charges and ledger say the same. */
  readonly agrees: boolean;
}

/** @param timeZone IANA zone of the campus */
export async function viewMoneyFlow(
  deps: ReadDeps,
  scope: ScopeFilter,
  timeZone: string,
  span: FlowSpan,
): Promise<MoneyFlow> {
  const nowMs = deps.engine.clock.now();
  const { fromMs, toMs } = spanAt(nowMs, timeZone, span);
  const [now, books] = await Promise.all([
    readOpenFlow(deps.reader, scope, nowMs, HEARD_MS),
    readFlowBooks(deps.reader, scope, fromMs, toMs),
  ]);
  return { nowMs, now, span, fromMs, toMs, books, agrees: agree(books) };
}

/** A window is posted by the first reading past its quarter hour, so the newest closed one is left a minute to arrive. */
export function spanAt(nowMs: number, timeZone: string, span: FlowSpan): { fromMs: number; toMs: number } {
  const zone = campusZone(timeZone);
  const toMs = Math.floor((nowMs - 60_000) / QUARTER_MS) * QUARTER_MS;
  const today = zone.localDayStart(nowMs);
  switch (span) {
    case 'QUARTER':
      return { fromMs: toMs - QUARTER_MS, toMs };
    case 'HOUR':
      return { fromMs: toMs - 4 * QUARTER_MS, toMs };
    case 'TODAY':
      return { fromMs: today, toMs: Math.max(today, toMs) };
    case 'YESTERDAY':
      return { fromMs: zone.localDayStart(today - 1), toMs: today };
  }
}

/** Amounts are whole µ; what is left of each stays in its stream, so a sum may differ by less than 1 µ per charge. */
function agree(books: FlowBooks): boolean {
  const driftPico = BigInt(books.numeratorPico) - books.amountMicro * 1_000_000n;
  const boundPico = BigInt(books.charges) * 1_000_000n;
  return (
    books.amountMicro === books.ledgerMicro &&
    books.registerMicro === books.quantityMicro &&
    driftPico <= boundPico &&
    driftPico >= -boundPico
  );
}
