import type { ReactNode } from 'react';
import { Texts } from '../Texts';

/** What stands beside a wall: it failed, or is not for the viewer. The wall itself brings the texts of its own language. */
const BESIDE = ['codes', 'common', 'errors', 'shell', 'wall'];

export default function WallLayout({ children }: { children: ReactNode }) {
  return <Texts of={BESIDE}>{children}</Texts>;
}
