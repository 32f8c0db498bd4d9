import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['findings'];

export type Findings = Outputs['list'];
export type Finding = Findings['findings'][number];
export type FindingHours = NonNullable<Outputs['hours']>;
