import Link from 'next/link';
import type { ReactNode } from 'react';
import styles from './EventList.module.css';

/** What happened, newest first; the list scrolls within its panel. */
export function EventList({ children }: { children: ReactNode }) {
  return <ol className={styles.list}>{children}</ol>;
}

interface ItemProps {
  /** Kept as `data-kind`. */
  kind: string;
  glyph: ReactNode;
  title: ReactNode;
  words: ReactNode;
  time: ReactNode;
  /** Where more of it stands. */
  href?: string;
}

/** One thing that happened: its mark, what it was, and when. */
export function EventItem({ kind, glyph, title, words, time, href }: ItemProps) {
  const body = (
    <>
      <span className={styles.glyph}>{glyph}</span>
      <span className={styles.words}>
        <b>{title}</b>
        <small>{words}</small>
      </span>
      <time>{time}</time>
    </>
  );
  return <li data-kind={kind}>{href ? <Link href={href}>{body}</Link> : <div>{body}</div>}</li>;
}
