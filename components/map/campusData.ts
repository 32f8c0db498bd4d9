import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

/** Buildings, ground and who answers for what. */
export type CampusPlaces = inferRouterOutputs<AppRouter>['map']['places'];
export type CampusPlace = CampusPlaces['places'][number];
