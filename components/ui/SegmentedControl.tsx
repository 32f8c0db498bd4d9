'use client';

import { type KeyboardEvent, useRef } from 'react';
import { classNames } from './classNames';
import styles from './SegmentedControl.module.css';

export interface Segment<V extends string> {
  value: V;
  label: string;
}

interface Props<V extends string> {
  /** Name of the choice for screen readers. */
  label: string;
  options: readonly Segment<V>[];
  value: V;
  onChange: (value: V) => void;
  /** `tabs` marks it as a tab list (it swaps content), default a radio group (it sets a mode). */
  as?: 'radio' | 'tabs';
  /** Id of the panel that tabs swap. */
  controls?: string;
  className?: string;
}

/** One of a few, all in view. Arrow keys move; one tab stop. */
export function SegmentedControl<V extends string>({
  label,
  options,
  value,
  onChange,
  as = 'radio',
  controls,
  className,
}: Props<V>) {
  const list = useRef<HTMLDivElement>(null);
  const move = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = options.findIndex((option) => option.value === value);
    const next = (at + step + options.length) % options.length;
    onChange(options[next]!.value);
    list.current?.querySelectorAll('button')[next]?.focus();
  };
  return (
    // biome-ignore lint/a11y: the role is one of two, which the rules cannot see through
    <div
      ref={list}
      className={classNames(styles.seg, className)}
      role={as === 'tabs' ? 'tablist' : 'radiogroup'}
      aria-label={label}
      onKeyDown={move}
    >
      {options.map((option) => {
        const chosen = option.value === value;
        return (
          <button
            key={option.value}
            type="button"
            role={as === 'tabs' ? 'tab' : 'radio'}
            {...(as === 'tabs'
              ? { 'aria-selected': chosen, 'aria-controls': controls }
              : { 'aria-checked': chosen })}
            tabIndex={chosen ? 0 : -1}
            data-value={option.value}
            onClick={() => onChange(option.value)}
          >
            {option.label}
          </button>
        );
      })}
    </div>
  );
}
