import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

export type Dispute = inferRouterOutputs<AppRouter>['disputes']['list'][number];
