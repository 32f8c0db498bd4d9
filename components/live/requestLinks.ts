import { httpBatchLink, httpLink, splitLink, type TRPCLink } from '@trpc/client';
import superjson from 'superjson';
import type { AppRouter } from '../../server/trpc/root';

/** Bytes of a request that outlives its page; browsers keep 64 KiB of all of them under way so, and refuse what is beyond. */
const OUTLIVES_MAX = 16_000;

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

const fetchThatOutlives: typeof fetch = (input, init) => {
  const body = init?.body;
  const small = typeof body !== 'string' || new TextEncoder().encode(body).length <= OUTLIVES_MAX;
  return fetch(input, { ...init, keepalive: small });
};
