import type { ReactNode } from 'react';
import { Texts } from '../Texts';

export default function DevLayout({ children }: { children: ReactNode }) {
  return <Texts>{children}</Texts>;
}
