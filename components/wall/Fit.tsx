'use client';

import { type ReactNode, useLayoutEffect, useRef } from 'react';
import styles from './Fit.module.css';

interface Props {
  as?: 'b' | 'h2';
  /** Sizes in rem, the largest first; words too long for one line of the last take two of it. */
  sizes: readonly number[];
  children: ReactNode;
}

/** Words in one line of the largest of its sizes at which they fit, else in two of the smallest: nobody can scroll a wall. */
export function Fit({ as: Tag = 'b', sizes, children }: Props) {
  const line = useRef<HTMLElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: other words have another length
  useLayoutEffect(() => {
    const element = line.current;
    if (!element) return;
    const choose = () => {
      delete element.dataset.two;
      for (const size of sizes) {
        element.style.fontSize = `${size}rem`;
        if (element.scrollWidth <= element.clientWidth) return;
      }
      element.dataset.two = '';
    };
    choose();
    const observer = new ResizeObserver(choose);
    observer.observe(element.parentElement ?? element);
    return () => observer.disconnect();
  }, [sizes, children]);
  return (
    <Tag ref={line as never} className={styles.line} style={{ fontSize: `${sizes[0]}rem` }}>
      {children}
    </Tag>
  );
}
