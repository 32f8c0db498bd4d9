/** Who answers for a space (with all below it) or a single meter point, [fromMs, toMs). */
export interface Assignment {
  readonly departmentId: number;
  /** Exactly one of these two is set. */
  readonly spaceId: number | null;
  readonly pointId: number | null;
  /** Part of the whole in millionths; the shares of one space or point sum to 1,000,000 at any instant. */
  readonly sharePpm: number;
  readonly fromMs: number;
  readonly toMs: number | null;
}

/** A department's part in one point during [fromMs, toMs). */
export interface Responsibility {
  readonly fromMs: number;
  readonly toMs: number;
  /** All who answer in this time, so that a quantity can be shared without remainder. */
  readonly holders: readonly { readonly departmentId: number; readonly sharePpm: number }[];
}

/**
 * Who answers for a point over [fromMs, toMs): its own assignment before one of its spaces, a nearer space before a wider
 * one, so that no quantity counts for two departments. Times in which nobody answers are left out. Spans come in order.
 *
 * @param spacePath ids of the point's spaces, from the root to the nearest
 */
export function responsibilities(
  point: { readonly pointId: number; readonly spacePath: readonly number[] },
  assignments: readonly Assignment[],
  fromMs: number,
  toMs: number,
): Responsibility[] {
  const concerned = assignments.filter(
    (one) => one.pointId === point.pointId || (one.spaceId !== null && point.spacePath.includes(one.spaceId)),
  );
  const edges = new Set([fromMs, toMs]);
  for (const one of concerned)
    for (const edge of [one.fromMs, one.toMs])
      if (edge !== null && edge > fromMs && edge < toMs) edges.add(edge);
  const sorted = [...edges].sort((left, right) => left - right);
  const spans: Responsibility[] = [];
  for (let index = 0; index + 1 < sorted.length; index += 1) {
    const [start, end] = [sorted[index]!, sorted[index + 1]!];
    const valid = concerned.filter((one) => one.fromMs <= start && (one.toMs === null || one.toMs > start));
    const nearest = Math.max(...valid.map((one) => rankOf(one, point.spacePath)));
    const holders = valid
      .filter((one) => rankOf(one, point.spacePath) === nearest)
      .map(({ departmentId, sharePpm }) => ({ departmentId, sharePpm }));
    if (holders.length > 0) spans.push({ fromMs: start, toMs: end, holders });
  }
  return spans;
}

/** How near an assignment is to a point: its depth in the path, a point's own above all. */
function rankOf(one: Assignment, spacePath: readonly number[]): number {
  return one.spaceId === null ? spacePath.length : spacePath.indexOf(one.spaceId);
}
