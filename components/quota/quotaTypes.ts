import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['quota'];

export type QuotaList = Outputs['list'];
export type QuotaListRow = QuotaList['departments'][number];
export type DepartmentQuota = Outputs['department'];
export type QuotaPlan = Outputs['plan'];
export type CircuitRow = DepartmentQuota['circuits']['rows'][number];
export type QuotaUtility = QuotaList['utility'];
