import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['alarms'];

/** Alarms that nobody is told of, by the reason why. */
export type Covered = Outputs['covered'];
export type CoveredAlarm = Covered['shelved'][number];
/** The measures over a span, with the sources that load most. */
export type Performance = Outputs['performance'];
export type Measure = Performance['measures'][number];
/** A line of the journal. */
export type JournalLine = Outputs['journal'][number];

export const TABS = ['shelved', 'suppressed', 'outOfService', 'performance', 'badActors', 'journal'] as const;
export type Tab = (typeof TABS)[number];

export const SPANS = ['SHIFT', 'DAY', 'WEEK', 'MONTH'] as const;
export type Span = (typeof SPANS)[number];

/** Reads the address; anything unknown is the first. */
export const tabFrom = (value: string | null | undefined): Tab =>
  TABS.find((tab) => tab === value) ?? 'shelved';
export const spanFrom = (value: string | null | undefined): Span =>
  SPANS.find((span) => span === value) ?? 'DAY';

const PRIORITIES = [1, 2, 3, 4] as const;
export type Priority = (typeof PRIORITIES)[number];
export const priorityFrom = (value: string | null | undefined): Priority | null =>
  PRIORITIES.find((priority) => String(priority) === value) ?? null;
