import { TRPCClientError } from '@trpc/client';
import type { AppRouter } from '../../server/trpc/root';

/** A refusal of the server as far as screens say it in words. */
export interface Refusal {
  /** UPPER_SNAKE word with a text in `codes.refusal`; `UNREACHABLE` when the server did not answer, `INTERNAL` when it failed. */
  reason: string;
  /** JSON pointer of the offending input; null: none. */
  field: string | null;
  details: Readonly<Record<string, string | number | boolean>>;
}

/** What went wrong with a call, never a raw text of the server. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof TRPCClientError) {
    const { data } = error as TRPCClientError<AppRouter>;
    if (data?.refusal) return data.refusal;
    if (data)
      return { reason: data.code === 'FORBIDDEN' ? 'ROLE_MISSING' : 'INTERNAL', field: null, details: {} };
  }
  return { reason: 'UNREACHABLE', field: null, details: {} };
}
