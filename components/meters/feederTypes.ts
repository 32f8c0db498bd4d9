import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['grid'];

export type FeederLoad = NonNullable<Outputs['load']>;
export type FeederLosses = NonNullable<Outputs['losses']>;
export type LossBranch = FeederLosses['branches'][number];
export type LossSuspect = FeederLosses['suspects'][number];
