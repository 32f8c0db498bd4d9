import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['overview'];

export type CampusBands = Outputs['bands'];
export type FigureBand = CampusBands['load'];
export type LoadToday = Outputs['loadToday'];
export type Deviations = Outputs['deviations'];
export type DeviationRow = Deviations['rows'][number];
