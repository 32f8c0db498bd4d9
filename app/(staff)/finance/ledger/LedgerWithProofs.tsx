'use client';

import dynamic from 'next/dynamic';
import type { ComponentProps } from 'react';
import { LedgerPage } from '../../../../components/finance/LedgerPage';

/** Fetched when a charge is opened. */
const ProofDialog = dynamic(() =>
  import('../../../../components/rooms/ProofDialog').then((module) => module.ProofDialog),
);

/** The ledger, whose charges open the proof that their rooms show, too. */
export function LedgerWithProofs(props: Omit<ComponentProps<typeof LedgerPage>, 'showProof'>) {
  return <LedgerPage {...props} showProof={(proof) => <ProofDialog {...proof} />} />;
}
