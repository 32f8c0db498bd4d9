'use client';

import { useSearchParams } from 'next/navigation';
import { useMemo } from 'react';
import { FLEET_FACETS } from '../../domain/network/fleetFilter';
import { setUrlValues } from '../ui/useUrlValue';
import { filterOf } from './fleetFilterOf';
import type { FleetFacet, FleetFilter } from './fleetTypes';

/** The filter in the address, and what changes it. */
export function useFleetFilter(): {
  filter: FleetFilter;
  choose: (facet: FleetFacet, value: string | null) => void;
  search: (text: string) => void;
  clear: () => void;
} {
  const params = useSearchParams();
  const filter = useMemo(() => filterOf((name) => params.get(name)), [params]);
  return {
    filter,
    choose: (facet, value) => setUrlValues({ [facet]: value }),
    search: (text) => setUrlValues({ q: text === '' ? null : text }),
    clear: () => setUrlValues({ q: null, ...Object.fromEntries(FLEET_FACETS.map((facet) => [facet, null])) }),
  };
}
