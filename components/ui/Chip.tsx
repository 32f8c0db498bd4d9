'use client';

import type { ReactNode } from 'react';
import styles from './Chip.module.css';
import { formatNumber } from './format';

interface Props {
  pressed: boolean;
  onPress: () => void;
  children: ReactNode;
  /** Count behind the words, in bold. */
  count?: number;
  testId?: string;
}

/** A filter that is on or off. */
export function Chip({ pressed, onPress, children, count, testId }: Props) {
  return (
    <button
      type="button"
      className={styles.chip}
      aria-pressed={pressed}
      onClick={onPress}
      data-testid={testId}
    >
      {children}
      {count !== undefined && <b>{formatNumber(count)}</b>}
    </button>
  );
}

/** A row of chips, with thin rules between groups. */
export function ChipRow({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a legend and its own box
    <div role="group" aria-label={label} className={styles.row}>
      {children}
    </div>
  );
}

/** Rule between two groups of chips. */
export function ChipGap() {
  return <i className={styles.gap} aria-hidden="true" />;
}
