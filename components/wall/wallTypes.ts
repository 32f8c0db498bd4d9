import type { inferRouterOutputs } from '@trpc/server';
import type { AppRouter } from '../../server/trpc/root';

type Outputs = inferRouterOutputs<AppRouter>['wall'];

export type WallPlaces = Outputs['places'];
export type WallBands = Outputs['bands'];
export type WallDay = Outputs['loadToday'];

/** Who looks at the wall: a paired display, or a person who previews it. */
export interface WallViewer {
  readonly kind: 'DISPLAY' | 'USER';
  readonly campus: { readonly name: string; readonly nameEn: string | null; readonly timeZone: string };
  readonly playlist: readonly string[];
  readonly buildId: string;
}
