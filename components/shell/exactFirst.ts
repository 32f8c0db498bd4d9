/** Hits in their order, those whose whole code was typed before all others. */
export function exactFirst<T extends { readonly exact: boolean }>(hits: readonly T[]): readonly T[] {
  return [...hits.filter(({ exact }) => exact), ...hits.filter(({ exact }) => !exact)];
}
