import type { ReactNode } from 'react';
import styles from './TabLinks.module.css';

/** Links to the pages that stand beside each other; the one shown carries `aria-current`. A count follows in a `span`. */
export function TabLinks({ label, children }: { label: string; children: ReactNode }) {
  return (
    <nav className={styles.tabs} aria-label={label}>
      {children}
    </nav>
  );
}
