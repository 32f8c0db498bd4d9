'use client';

import { type RefObject, useLayoutEffect, useRef } from 'react';
import { isPhone } from './isPhone';

/**
 * Holds the rows where they are in the window while somebody points at them, though the region of P1 above grows or shrinks:
 * the list scrolls by as much, with room made at its ends where it is too short to scroll.
 *
 * @param count rows of the region above
 * @param still true while the rows must hold
 * @param heldPx how far the list is scrolled by this and not by a person; given back when the rows need not hold any more
 */
export function useHeldRows(
  box: RefObject<HTMLDivElement | null>,
  count: number,
  still: boolean,
  heldPx: RefObject<number>,
): void {
  /** Where the list began when somebody came to point at it, or when the region above last changed since; null: nobody points. */
  const top = useRef<number | null>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: measured again whenever the number of P1 rows changes
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const before = top.current;
    if (!still || isPhone()) {
      top.current = null;
      element.style.paddingTop = '';
      element.style.paddingBottom = '';
      element.scrollTop -= heldPx.current;
      heldPx.current = 0;
      return;
    }
    top.current = element.getBoundingClientRect().top;
    // What moved the list before somebody came is where they found it: coming must not move it under the pointer.
    if (before === null || top.current === before) return;
    const scrolled = element.scrollTop;
    moveContent(element, top.current - before);
    heldPx.current += element.scrollTop - scrolled;
  }, [box, count, still, heldPx]);
}

/** Moves the content of a scrolling element up by so many px, down for less than 0, whether or not it can scroll that far. */
function moveContent(element: HTMLElement, byPx: number): void {
  const { style } = element;
  const above = Number.parseFloat(style.paddingTop) || 0;
  const scroll = element.scrollTop + byPx - above;
  style.paddingTop = `${Math.max(0, -scroll)}px`;
  style.paddingBottom = '0';
  const end = element.lastElementChild?.getBoundingClientRect().bottom ?? 0;
  const content = end - element.getBoundingClientRect().top + element.scrollTop;
  const wanted = Math.max(0, scroll);
  style.paddingBottom = `${Math.max(0, element.clientHeight + wanted - content)}px`;
  element.scrollTop = wanted;
}
