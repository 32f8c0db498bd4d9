import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['me'];

/** What the resident's pages show. */
export type MyHome = Outputs['home'];
export type MyAccount = NonNullable<MyHome['account']>;
export type MyPoint = MyHome['points'][number];
export type MyHold = MyPoint['holds'][number];
/** A page of all notices. */
export type NoticePage = Outputs['notices'];
export type MyNotice = MyHome['notices'][number];
export type MyOutlook = Outputs['outlook'];
export type MyToday = NonNullable<Outputs['today']>;
export type MyUsage = Outputs['usage'];
export type MyCharge = Outputs['dayCharges'][number];

/** How the room's credit stands, and what follows for its supply. */
export type Standing = inferRouterOutputs<AppRouter>['credit']['standing'];
export type StandingPoint = Standing['points'][number];
