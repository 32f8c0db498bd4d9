import type { ReactNode } from 'react';

/** Shows the proof of a charge; which feature does is the page's choice. */
export type ShowProof = (proof: {
  id: string;
  room: string;
  currency: string;
  onClose: () => void;
}) => ReactNode;
