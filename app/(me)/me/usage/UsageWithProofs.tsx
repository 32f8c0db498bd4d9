'use client';

import dynamic from 'next/dynamic';
import type { ComponentProps } from 'react';
import { UsagePage } from '../../../../components/me/UsagePage';

/** Fetched when a charge is opened: most who look at a day never do. */
const ProofDialog = dynamic(() =>
  import('../../../../components/rooms/ProofDialog').then((module) => module.ProofDialog),
);

/** The usage page, whose charges open the proof that staff see, too. */
export function UsageWithProofs(props: Omit<ComponentProps<typeof UsagePage>, 'showProof'>) {
  return <UsagePage {...props} showProof={(proof) => <ProofDialog {...proof} />} />;
}
