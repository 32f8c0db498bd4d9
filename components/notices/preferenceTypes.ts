import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

export type Preferences = inferRouterOutputs<AppRouter>['notices']['preferences'];
export type Contact = Preferences['contacts'][number];
export type Topic = Preferences['topics'][number];
export type Channel = Preferences['offered'][number];
