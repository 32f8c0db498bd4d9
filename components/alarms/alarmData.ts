import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['alarms'];

/** What stands beside a live alarm on its row. */
export type AlarmContext = Outputs['list']['contexts'][number];
/** Contexts of the open alarms and what left the list lately. */
export type AlarmList = Outputs['list'];
/** Everything on an alarm's page. */
export type AlarmDetail = Outputs['detail'];
/** Somebody to whom an alarm may be given. */
export type Assignee = Outputs['assignees'][number];
/** One step of the path from the campus to a place. */
export type PlaceStep = AlarmContext['path'][number];
