'use client';

import { WallError } from '../../components/wall/WallError';

/** A wall that threw heals by itself. */
export default function WallPageError() {
  return <WallError />;
}
