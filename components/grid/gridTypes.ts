import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

export type GridView = inferRouterOutputs<AppRouter>['grid']['view'];
export type GridFeeder = GridView['feeders'][number];
