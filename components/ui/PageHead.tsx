import type { ReactNode } from 'react';
import styles from './PageHead.module.css';

interface Props {
  /** A sentence that says what is unusual, or that nothing is. */
  title: ReactNode;
  breadcrumb?: ReactNode;
  /** One sentence under the title. */
  words?: ReactNode;
  /** The page's primary action and at most two others. */
  actions?: ReactNode;
}

/** Head of a page: headline sentence at the left, the one primary action at the right. */
export function PageHead({ title, breadcrumb, words, actions }: Props) {
  return (
    <div className={styles.head}>
      <div className={styles.title}>
        {breadcrumb}
        <h1>{title}</h1>
        {words && <p className={styles.words}>{words}</p>}
      </div>
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}
