import type { ReactNode } from 'react';
import { classNames } from './classNames';
import styles from './Panel.module.css';

interface Props {
  /** Heading; also the region's name. */
  title?: ReactNode;
  /** Name of the region where the title is missing or not plain text. */
  label?: string;
  /** Small words at the right end of the header: source, period, age. */
  meta?: ReactNode;
  /** Controls between title and meta, e.g. a SegmentedControl. */
  tools?: ReactNode;
  /** Controls at the far right. */
  actions?: ReactNode;
  children?: ReactNode;
  /** Pads the body by 16 px at the sides and the foot. */
  padded?: boolean;
  className?: string;
  testId?: string;
}

/** Raised ground inside one hairline, with an optional 40 px header. */
export function Panel({ title, label, meta, tools, actions, children, padded, className, testId }: Props) {
  const name = label ?? (typeof title === 'string' ? title : undefined);
  return (
    <section className={classNames(styles.panel, className)} aria-label={name} data-testid={testId}>
      {(title || meta || tools || actions) && (
        <header className={styles.header}>
          {title && <h2>{title}</h2>}
          {tools}
          {meta && <span className={classNames('meta', styles.meta)}>{meta}</span>}
          {actions && <span className={classNames(styles.actions, !meta && styles.meta)}>{actions}</span>}
        </header>
      )}
      {padded ? <div className={styles.padded}>{children}</div> : children}
    </section>
  );
}
