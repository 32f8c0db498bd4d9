'use client';

import { type RefObject, useEffect } from 'react';

/** Gives an element, as `--fit`, the height from its top to the foot of the window, so that its parts scroll by themselves. */
export function useFitHeight(element: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const target = element.current;
    if (!target) return;
    const measure = () => {
      const top = target.getBoundingClientRect().top + window.scrollY;
      target.style.setProperty('--fit', `${Math.max(320, window.innerHeight - top - 16)}px`);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    window.addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      window.removeEventListener('resize', measure);
    };
  }, [element]);
}
