import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['admin'];

/** What the health page shows; see server/services/health. */
export type Health = Outputs['health'];
export type HealthCheck = Health['checks'][number];
export type CheckCode = HealthCheck['code'];
export type MoneyFlow = Outputs['moneyFlow'];
export type FlowSpan = MoneyFlow['span'];
export type QuarantineEntry = Outputs['quarantine'][number];
