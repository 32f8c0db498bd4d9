import { httpBatchLink, httpLink, splitLink, type TRPCLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '../../server/trpc/root';

/** Bytes of all requests under way that outlive their page: browsers refuse what is beyond 64 KiB, and headers may count. */
const OUTLIVE_MAX = 48_000;

/**
 * Links of a page's procedures at `url`. Reads of one moment share a request. A write goes alone and within the tap that asked
 * for it, since one that waits for company is lost with a page that is left at once; and it outlives its page: whoever confirms a
 * cut and puts the phone away has asked for it.
 */
export function requestLinks(url: string): TRPCLink<AppRouter>[] {
  const common = { url, transformer: superjson };
  return [
    splitLink({
      condition: ({ type }) => type === 'mutation',
      true: httpLink({ ...common, fetch: fetchThatOutlives }),
      false: httpBatchLink({ ...common, maxItems: 20 }),
    }),
  ];
}

let outlivingBytes = 0;

/** @throws TypeError as `fetch`: the server could not be reached */
const fetchThatOutlives: typeof fetch = async (input, init) => {
  const bytes = typeof init?.body === 'string' ? new TextEncoder().encode(init.body).length : 0;
  const keepalive = outlivingBytes + bytes <= OUTLIVE_MAX;
  if (!keepalive) return fetch(input, init);
  outlivingBytes += bytes;
  try {
    return await fetch(input, { ...init, keepalive });
  } finally {
    outlivingBytes -= bytes;
  }
};
