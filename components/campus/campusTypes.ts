import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>;

export type BuildingLoad = Outputs['map']['building'];
export type BuildingBands = Outputs['balances']['overview']['buildings'][number];
