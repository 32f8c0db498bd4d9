'use client';

import { createTRPCContext } from '@trpc/tanstack-react-query';
import type { AppRouter } from '../../server/trpc/root';

/**
 * Procedures for components: `const trpc = useTRPC(); useQuery(trpc.session.me.queryOptions())`. The provider stands in
 * `app/trpc.tsx`; only the type of the router is known here, never its values.
 */
export const { TRPCProvider, useTRPC, useTRPCClient } = createTRPCContext<AppRouter>();
