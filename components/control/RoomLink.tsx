'use client';

import Link from 'next/link';
import type { ReactNode } from 'react';
import { useOpens } from '../ui/useOpens';

/** The way to a room's page; plain words for a viewer to whom it doesn't open. */
export function RoomLink({
  space,
  children,
  ...rest
}: {
  space: string;
  children: ReactNode;
  title?: string;
} & Partial<Record<`data-${string}`, string>>) {
  const opens = useOpens();
  const href = `/rooms/${encodeURIComponent(space)}`;
  return opens(href) ? (
    <Link href={href} prefetch={false} {...rest}>
      {children}
    </Link>
  ) : (
    <span {...rest}>{children}</span>
  );
}
