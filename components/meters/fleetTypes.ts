import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

/** One page of the fleet list; see server/services/meters/viewFleet.ts. */
export type FleetPage = inferRouterOutputs<AppRouter>['meters']['fleet'];
export type FleetMeter = FleetPage['meters'][number];
export type FleetFilter = inferRouterInputs<AppRouter>['meters']['fleet']['filter'];
export type FleetFacet = keyof FleetPage['facets'];

/** Rows that are asked for at once. */
export const PAGE_ROWS = 100;
