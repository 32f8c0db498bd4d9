import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['balances'];

export type BalanceOverview = Outputs['overview'];
export type BuildingBalances = Outputs['building'];
export type RoomBalance = Outputs['room'];
export type DueRoom = BalanceOverview['due']['cut'][number];
export type BuildingBands = BalanceOverview['buildings'][number];
export type StoredRoom = BuildingBalances['floors'][number]['rooms'][number];
