/** How a meter reports now: within two of its own intervals, within four, later or lost, or not once. */
export type ReportStatus = 'ONLINE' | 'LATE' | 'STALE' | 'NEVER';
export const REPORT_STATUSES: readonly ReportStatus[] = ['ONLINE', 'LATE', 'STALE', 'NEVER'];

/** @param ageMs since arrival of the newest report; null: never heard. Bounds as for every value on screen. */
export function reportStatusOf(ageMs: number | null, intervalMs: number): ReportStatus {
  if (ageMs === null) return 'NEVER';
  if (ageMs <= 2 * intervalMs) return 'ONLINE';
  return ageMs <= 4 * intervalMs ? 'LATE' : 'STALE';
}

/** Properties by which a fleet is narrowed. The value '' stands for "has none". */
export const FLEET_FACETS = ['utility', 'status', 'contact', 'building', 'gateway', 'inspection'] as const;
export type FleetFacet = (typeof FLEET_FACETS)[number];

/** What a meter is found by. */
export interface FleetEntry extends Readonly<Record<FleetFacet, string>> {
  /** Everything that is searched, in lower case. */
  readonly text: string;
}

export interface FleetFilter extends Readonly<Record<FleetFacet, string | null>> {
  /** Words that all must occur. */
  readonly text: string;
}

export interface FleetChoice<Entry> {
  readonly matching: readonly Entry[];
  /**
   * Per facet, how many meters each of its values would leave, given the search and the other facets: the counts of one
   * facet add up to `totals` of that facet.
   */
  readonly counts: Readonly<Record<FleetFacet, ReadonlyMap<string, number>>>;
  readonly totals: Readonly<Record<FleetFacet, number>>;
}

/** Narrows a fleet and counts, in one pass, what each further choice would leave. */
export function chooseFleet<Entry extends FleetEntry>(
  fleet: readonly Entry[],
  filter: FleetFilter,
): FleetChoice<Entry> {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const matching: Entry[] = [];
  const counts = perFacet(() => new Map<string, number>());
  const totals = perFacet(() => 0);
  for (const entry of fleet) {
    if (!words.every((word) => entry.text.includes(word))) continue;
    const refusing = FLEET_FACETS.filter((facet) => filter[facet] !== null && filter[facet] !== entry[facet]);
    if (refusing.length === 0) matching.push(entry);
    if (refusing.length > 1) continue;
    for (const facet of FLEET_FACETS) {
      if (refusing.length === 1 && refusing[0] !== facet) continue;
      counts[facet].set(entry[facet], (counts[facet].get(entry[facet]) ?? 0) + 1);
      totals[facet] += 1;
    }
  }
  return { matching, counts, totals };
}

function perFacet<T>(make: () => T): Record<FleetFacet, T> {
  return {
    utility: make(),
    status: make(),
    contact: make(),
    building: make(),
    gateway: make(),
    inspection: make(),
  };
}
