import Link from 'next/link';
import type { ButtonHTMLAttributes, ReactNode } from 'react';
import styles from './Button.module.css';
import { classNames } from './classNames';
import { BreakerGlyph } from './glyphs';

export interface ButtonLook {
  /** `primary` is ink on the ground: one on a page. `quiet` has no frame. */
  variant?: 'primary' | 'plain' | 'quiet';
  /** `control` is 48 px, for anything that moves a breaker; `phone` 56 px; `small` 28 px. */
  size?: 'small' | 'normal' | 'control' | 'phone';
  /** Shows which way a breaker would move. Danger is this glyph on ink; red stays with alarms. */
  breaker?: 'open' | 'closed';
  /** Full width of its container. */
  wide?: boolean;
  children: ReactNode;
}

function look(
  { variant = 'plain', size = 'normal', wide }: Omit<ButtonLook, 'children'>,
  extra?: string,
): string {
  return classNames(styles.button, styles[variant], styles[size], wide && styles.wide, extra);
}

type Props = ButtonLook &
  ButtonHTMLAttributes<HTMLButtonElement> & {
    /** Why it can't be pressed now; shows beside it and disables it. */
    blockedBy?: string;
  };

/** A button. Disabled ones say why: pass `blockedBy` rather than `disabled` for what is blocked now. */
export function Button({
  variant,
  size,
  breaker,
  wide,
  children,
  className,
  blockedBy,
  type = 'button',
  ...rest
}: Props) {
  const button = (
    <button
      type={type}
      className={look({ variant, size, wide }, className)}
      {...rest}
      disabled={rest.disabled || blockedBy !== undefined}
    >
      {breaker && <BreakerGlyph state={breaker} />}
      {children}
    </button>
  );
  if (blockedBy === undefined) return button;
  return (
    <span className={styles.blocked}>
      <span className="quiet">{blockedBy}</span>
      {button}
    </span>
  );
}

/** A link that looks like a button. */
export function ButtonLink({
  href,
  variant,
  size,
  breaker,
  wide,
  children,
  className,
  ...rest
}: ButtonLook & { href: string; className?: string; download?: boolean; 'aria-label'?: string }) {
  return (
    <Link href={href} className={look({ variant, size, wide }, className)} {...rest}>
      {breaker && <BreakerGlyph state={breaker} />}
      {children}
    </Link>
  );
}
