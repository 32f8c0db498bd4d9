import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['meters'];

/** All facts of a meter's page. */
export type MeterData = Outputs['get'];
/** How it reported in a day. */
export type MeterDay = Outputs['day'];
/** What its inspections found, or those of a gateway. */
export type MeterInspections = Outputs['inspections'];
export type MeterEvent = Outputs['log']['events'][number];
export type RegisterRow = NonNullable<MeterData['registers']>[number];
export type InstallRow = MeterData['installs'][number];
export type EpochRow = MeterData['epochs'][number];
