'use client';

import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type Refusal, refusalOf } from '../live/refusal';
import { useTRPCClient } from '../live/trpc';
import { useCode } from './useCode';

/** The procedures that an act may call. */
export type ActClient = ReturnType<typeof useTRPCClient>;

/** An act that a person asks for from a form or a button, while it runs and when it was refused. */
export interface Act {
  readonly busy: boolean;
  /** UPPER_SNAKE word of the last refusal; null: none. */
  readonly reason: string | null;
  /** Why it was refused, where no named field says it. */
  readonly refused: string | null;
  /** Why it was refused, for the field of this JSON pointer. */
  errorAt(field: string): string | undefined;
  /** Runs it; all that the page shows is asked for again. @returns whether it was done */
  run(act: (client: ActClient) => Promise<unknown>): Promise<boolean>;
}

/** @param fields JSON pointers of the fields that say their own errors */
export function useAct(fields: readonly string[] = []): Act {
  const code = useCode();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [refusal, setRefusal] = useState<Refusal | null>(null);
  const words = refusal && code('refusal', refusal.reason);
  const named = refusal?.field != null && fields.includes(refusal.field);
  return {
    busy,
    reason: refusal?.reason ?? null,
    refused: named ? null : words,
    errorAt: (field) => (words !== null && named && refusal?.field === field ? words : undefined),
    run: async (act) => {
      setBusy(true);
      setRefusal(null);
      try {
        await act(client);
        await queries.invalidateQueries();
        return true;
      } catch (error) {
        setRefusal(refusalOf(error));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
