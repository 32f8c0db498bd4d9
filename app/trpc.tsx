'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createTRPCClient } from '@trpc/client';
import { type ReactNode, useState } from 'react';
import { requestLinks } from '../components/live/requestLinks';
import { TRPCProvider } from '../components/live/trpc';
import type { AppRouter } from '../server/trpc/root';

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
  const [client] = useState(() => createTRPCClient<AppRouter>({ links: requestLinks('/api/trpc') }));
  return (
    <QueryClientProvider client={queryClient}>
      <TRPCProvider trpcClient={client} queryClient={queryClient}>
        {children}
      </TRPCProvider>
    </QueryClientProvider>
  );
}
