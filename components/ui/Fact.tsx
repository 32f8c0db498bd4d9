import type { ReactNode } from 'react';
import styles from './Fact.module.css';
import { Panel } from './Panel';

/** A row of facts, side by side on a desk and below each other on a phone. */
export function Facts({ children }: { children: ReactNode }) {
  return <div className={styles.facts}>{children}</div>;
}

/** One fact in large words, with what it is above it and lines that bear it out below. */
export function Fact({
  eyebrow,
  title,
  children,
  testId,
  attributes,
}: {
  eyebrow: string;
  title: ReactNode;
  children: ReactNode;
  testId: string;
  attributes?: Record<string, string | number | undefined>;
}) {
  return (
    <Panel label={eyebrow} testId={testId} className={styles.fact}>
      <div className={styles.body} {...attributes}>
        <p className={styles.eyebrow}>{eyebrow}</p>
        <p className={styles.title}>{title}</p>
        {children}
      </div>
    </Panel>
  );
}
