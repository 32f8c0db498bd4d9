import type { ReactNode } from 'react';
import { Texts } from '../Texts';

export default function ReceiptsLayout({ children }: { children: ReactNode }) {
  return <Texts>{children}</Texts>;
}
