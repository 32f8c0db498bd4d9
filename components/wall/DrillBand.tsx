'use client';

import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../live/trpc';
import { formatNumber } from '../ui/format';
import styles from './DrillBand.module.css';
import { Fit } from './Fit';
import { Other, useWallWords } from './wallText';

const REFRESH_MS = 5_000;
const SIZES = [3.5, 3, 2.5] as const;

/** What the newest tamper drill of the demo showed, across the bottom. Whose account it was stays off the wall. */
export function DrillBand() {
  const { t, o } = useWallWords();
  const trpc = useTRPC();
  const { data } = useQuery(
    trpc.wall.drill.queryOptions(undefined, {
      refetchInterval: REFRESH_MS,
      refetchIntervalInBackground: true,
    }),
  );
  if (!data) return null;
  const key = data.found && data.restored ? 'drillFound' : 'drillMissed';
  const values = { seconds: formatNumber(data.tookMs / 1_000, 2) };
  return (
    <section className={styles.band} role="status" data-testid="wall-drill" data-found={String(data.found)}>
      <Fit sizes={SIZES}>{t(key, values)}</Fit>
      <Other>{o(key, values)}</Other>
    </section>
  );
}
