'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient, httpBatchLink } from '@trpc/client';
import { type ReactNode, useState } from 'react';
import superjson from 'superjson';
import { TRPCProvider } from '../components/live/trpc';
import type { AppRouter } from '../server/trpc/root';

/** Letters of a request that outlives its page; browsers keep 64 KiB under way so, and refuse what is beyond. */
const OUTLIVES_MAX = 8_000;

/** A write outlives the page that it was asked on: whoever confirms a cut and puts the phone away has asked for it. */
const fetchOn: typeof fetch = (input, init) => {
  const body = init?.method === 'POST' ? init.body : null;
  return fetch(input, { ...init, keepalive: typeof body === 'string' && body.length <= OUTLIVES_MAX });
};

/** Gives components their procedures. One query cache per browser tab; live values come by socket, so nothing polls here. */
export function TrpcRoot({ children }: { children: ReactNode }) {
  const [queryClient] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: { staleTime: 10_000, refetchOnWindowFocus: false, retry: 1 },
          // A write is never sent twice by itself: what happened is for the person to see.
          mutations: { retry: false },
        },
      }),
  );
  const [client] = useState(() =>
    createTRPCClient<AppRouter>({
      links: [httpBatchLink({ url: '/api/trpc', transformer: superjson, maxItems: 20, fetch: fetchOn })],
    }),
  );
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
