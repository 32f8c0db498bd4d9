import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import type { BulkCellState } from '../../domain/supply/bulkJob';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['control'];

export type ControlOverview = Outputs['overview'];
export type BulkJobShown = ControlOverview['jobs'][number];
export type BulkPreview = Outputs['preview'];
export type PreviewRow = BulkPreview['rows'][number];
export type BulkJobDetail = Outputs['job'];
export type BulkCell = BulkJobDetail['cells'][number];
export type BulkAsk = inferRouterInputs<AppRouter>['control']['preview'];
export type BulkChoice = BulkAsk['choice'];

/** The way of a point that goes as it was asked, in order. */
export const AS_ASKED = [
  'approval',
  'planned',
  'pending',
  'sent',
  'acked',
  'verified',
] as const satisfies BulkCellState[];

export type ScheduleShown = Outputs['schedules']['schedules'][number];
export type SchedulePreview = Outputs['previewSchedule'];
export type ScheduleAsk = inferRouterInputs<AppRouter>['control']['previewSchedule'];

export type PolicyChoice = Outputs['draftChoices'][number];
export type DraftReplay = Outputs['replayDraft'];
export type DraftAsk = inferRouterInputs<AppRouter>['control']['replayDraft'];
