import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>;

export type Figures = Outputs['finance']['figures'];
export type Ledger = Outputs['finance']['ledger'];
export type LedgerRow = Ledger['rows'][number];

/** Whoever isn't told whose charges they are sees them by day. */
export const isOfDay = ({ kind, accountCode }: Pick<LedgerRow, 'kind' | 'accountCode'>): boolean =>
  kind === 'charge' && accountCode === null;

/** Spans of the ledger, in the order of the control. */
export const SPANS = ['TODAY', 'WEEK', 'MONTH', 'ALL'] as const;
export type Span = (typeof SPANS)[number];

export function spanFrom(text: string | null | undefined): Span {
  return SPANS.find((span) => span === text) ?? 'TODAY';
}

/** A word of a filter from the address; null: none. */
export function wordFrom(text: string | null | undefined): string | null {
  const word = text?.trim().slice(0, 64) ?? '';
  return word === '' ? null : word;
}

export type Attention = Outputs['payments']['attention'];
export type HeldOrder = Attention['held'][number];
export type SuspenseItem = Attention['suspense'][number];
export type FlaggedAccount = Attention['flagged'][number];
export type RefundLine = Outputs['payments']['refunds'][number];
export type RefundPreview = Outputs['payments']['refundPreview'];
export type FoundAccount = Outputs['finance']['accounts'][number];
export type AccountData = Outputs['finance']['account'];
export type Grants = Outputs['credit']['grants'];
export type Fund = Grants['funds'][number];
