import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

/** What `tariffs.page` answers. */
export type TariffPageData = inferRouterOutputs<AppRouter>['tariffs']['page'];
export type Shown = NonNullable<TariffPageData['shown']>;
export type Version = Shown['versions'][number];
export type Draft = Shown['drafts'][number];
export type TariffView = TariffPageData['tariffs'][number];
/** A version's periods, tiers, prices and surcharges; amounts as decimal text of µ. */
export type TariffBody = Version['body'];
