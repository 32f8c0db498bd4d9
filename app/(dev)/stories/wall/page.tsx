import { notFound } from 'next/navigation';
import { ChartStories } from '../ChartStories';
import { MapStories } from '../MapStories';

const NOW = Date.UTC(2026, 10, 12, 13, 4, 7);

/** The map in a wall's type and colours. Not served by a production build. */
export default async function WallStoryPage({
  searchParams,
}: {
  searchParams: Promise<{ theme?: string; part?: string }>;
}) {
  if (process.env.NODE_ENV === 'production') notFound();
  const { theme = 'wall-night', part } = await searchParams;
  return (
    <div
      data-theme={theme}
      style={{ height: '67.5rem', padding: '7.5rem 4rem', background: 'var(--bg)', color: 'var(--text)' }}
    >
      {part === 'chart' ? <ChartStories now={NOW} wall /> : <MapStories wall />}
    </div>
  );
}
