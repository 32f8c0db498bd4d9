import { type RefObject, useEffect, useState } from 'react';
import { isPhone } from './isPhone';

/**
 * Whether somebody points at the rows or has scrolled into them: then their order must hold.
 * @param heldPx how far the list is scrolled without a person's doing
 */
export function useStillness(box: RefObject<HTMLDivElement | null>, heldPx: RefObject<number>) {
  const [pointed, setPointed] = useState(false);
  const [scrolled, setScrolled] = useState(false);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const onScroll = () =>
      setScrolled(element.scrollTop - heldPx.current > 8 || (isPhone() && window.scrollY > 8));
    element.addEventListener('scroll', onScroll, { passive: true });
    window.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      element.removeEventListener('scroll', onScroll);
      window.removeEventListener('scroll', onScroll);
    };
  }, [box, heldPx]);
  return {
    active: pointed || scrolled,
    onEnter: () => setPointed(true),
    onLeave: () => setPointed(false),
  };
}
