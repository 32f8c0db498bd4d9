import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['rooms'];

/** All facts of a room's page. */
export type RoomData = Outputs['get'];
export type RoomPoint = RoomData['points'][number];
export type RoomAccount = NonNullable<RoomData['account']>;
export type PointHold = RoomPoint['holds'][number];
export type RoomEvent = Outputs['history']['events'][number];
export type ChargeRow = Outputs['charges']['rows'][number];
export type ChargeProofData = Outputs['charge'];
export type PaymentTimeline = Outputs['payment'];
