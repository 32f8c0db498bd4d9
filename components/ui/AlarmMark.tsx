import { useTranslations } from 'next-intl';
import styles from './AlarmMark.module.css';
import { classNames } from './classNames';

export type Priority = 1 | 2 | 3 | 4;

/**
 * Look of an alarm mark. `unacked` filled, bold, outlined twice and pulsing; `acked` filled; `returned` hollow (normal again,
 * not acknowledged); `latched` hollow with a lock; `shelved` with a clock; `outOfService` with a wrench; `suppressed` small.
 */
export type MarkState =
  | 'unacked'
  | 'acked'
  | 'returned'
  | 'latched'
  | 'shelved'
  | 'outOfService'
  | 'suppressed';

/** Octagon, triangle, diamond, circle in a 24 px box, and the baseline of their digit. Shape repeats what colour says. */
export const MARK_SHAPES: Record<Priority, { path: string; digitY: number }> = {
  1: { path: 'M7.6 1h8.8L23 7.6v8.8L16.4 23H7.6L1 16.4V7.6z', digitY: 17 },
  2: { path: 'M12 1.5 23.5 22H.5z', digitY: 19.5 },
  3: { path: 'M12 .5 23.5 12 12 23.5.5 12z', digitY: 17 },
  4: { path: 'M12 1a11 11 0 1 1 0 22 11 11 0 0 1 0-22z', digitY: 17 },
};

const BADGES: Partial<Record<MarkState, string>> = {
  latched: 'M20 19v-2.5a3 3 0 0 1 6 0V19h2v8H18v-8zM22 19h2v-2.5a1 1 0 0 0-2 0z',
  shelved: 'M23 15a6 6 0 1 1 0 12 6 6 0 0 1 0-12zm-.9 2v4.6l3.2 1.8.8-1.5-2.2-1.3V17z',
  outOfService:
    'M28 17.2l-3 3-1.9-.4-.4-1.9 3-3a4.4 4.4 0 0 0-5.6 5.6l-4.3 4.3 2.4 2.4 4.3-4.3a4.4 4.4 0 0 0 5.5-5.7z',
};

interface Props {
  priority: Priority;
  state: MarkState;
  /** Edge in CSS length, default 20px; the digit grows with it. */
  size?: string;
  /** A rim of the ground colour, where the mark lies on a drawing. */
  halo?: boolean;
  /** False where words beside it already say priority and state. */
  labelled?: boolean;
  className?: string;
}

/** Mark of an alarm: shape, digit and colour say the priority; fill, outline and badge the state. */
export function AlarmMark({ priority, state, size = '20px', halo, labelled = true, className }: Props) {
  const t = useTranslations('codes');
  const { path, digitY } = MARK_SHAPES[priority];
  const hollow = state === 'returned' || state === 'latched';
  const badge = BADGES[state];
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label or hidden, by the spread below
    <svg
      viewBox="0 0 24 24"
      className={classNames(
        styles.mark,
        styles[`p${priority}`],
        hollow && styles.hollow,
        styles[state],
        className,
      )}
      style={{ width: size, height: size }}
      data-pri={priority}
      data-mark={state}
      {...(labelled
        ? { role: 'img', 'aria-label': t('mark', { priority, state: t(`markState.${state}`) }) }
        : { 'aria-hidden': true })}
    >
      {halo && <path className={styles.back} d={path} />}
      {hollow && <path className={styles.under} d={path} />}
      <path className={styles.plate} d={path} />
      {state === 'unacked' && <path className={styles.ring} d={path} />}
      <text x="12" y={digitY}>
        {priority}
      </text>
      {badge && <path className={styles.badge} d={badge} />}
    </svg>
  );
}
