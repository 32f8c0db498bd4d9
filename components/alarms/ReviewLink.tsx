import Link from 'next/link';
import type { ReactNode } from 'react';
import { useOpensApart } from '../ui/useOpens';

/** A figure that leads to its tab of the review; plain words for whoever the review does not open for. */
export function ReviewLink({
  tab,
  className,
  children,
}: {
  tab: 'performance' | 'suppressed' | 'shelved' | 'outOfService';
  className?: string;
  children: ReactNode;
}) {
  const opens = useOpensApart('/alarms/review');
  return opens ? (
    <Link href={`/alarms/review?tab=${tab}`} className={className}>
      {children}
    </Link>
  ) : (
    <span className={className}>{children}</span>
  );
}
