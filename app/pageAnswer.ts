import { TRPCError } from '@trpc/server';
import { notFound } from 'next/navigation';
import type { ReactNode } from 'react';

/** The code that an address names in this segment, as people write it: `/rooms/7-412`. */
export async function codeIn<Segment extends string>(
  params: Promise<Record<Segment, string>>,
  segment: Segment,
): Promise<string> {
  return decodeURIComponent((await params)[segment]);
}

/**
 * Draws a page with what a procedure answers. What doesn't exist, or can't, is the page for dead links; other failures are
 * those of `app/error.tsx`.
 * @param asked the call, with the viewer's own rights
 * @param forbidden draws what stands there for whom the procedure refuses
 */
export async function pageAnswer<Found>(
  asked: Promise<Found>,
  draw: (found: Found) => ReactNode,
  forbidden: (refusal: TRPCError) => ReactNode,
): Promise<ReactNode> {
  try {
    return draw(await asked);
  } catch (error) {
    if (!(error instanceof TRPCError)) throw error;
    if (error.code === 'NOT_FOUND' || error.code === 'BAD_REQUEST') notFound();
    if (error.code === 'FORBIDDEN') return forbidden(error);
    throw error;
  }
}
