import Link from 'next/link';
import type { ReactNode } from 'react';
import { useOpens } from './useOpens';

/** The way to a gateway's self-check and its meters; the words alone where that page doesn't open. */
export function GatewayLink({ code, children }: { code: string; children: ReactNode }) {
  const opens = useOpens();
  return opens('/admin') ? (
    <Link href={`/admin/meters?gateway=${encodeURIComponent(code)}`} data-testid="gateway-link">
      {children}
    </Link>
  ) : (
    children
  );
}
