import type { FleetFilter } from './fleetTypes';

/** The filter as the address has it, so that a link opens the same list. Longer values than any code are cut. */
export function filterOf(get: (name: string) => string | null): FleetFilter {
  const value = (name: string) => get(name)?.slice(0, 64) ?? null;
  return {
    text: (get('q') ?? '').slice(0, 100),
    utility: value('utility'),
    status: value('status'),
    contact: value('contact'),
    building: value('building'),
    gateway: value('gateway'),
    inspection: value('inspection'),
  };
}
