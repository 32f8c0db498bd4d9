'use client';

import { createContext, useContext } from 'react';

/** Asks for the control panel of one point. Nothing but that panel ever switches supply. */
export interface ArmRequest {
  pointCode: string;
  /** Room that the point belongs to; its page holds the facts. */
  roomCode: string;
  direction: 'CUT' | 'RESTORE';
  /** Alarm out of which it is asked, with its rule: preselects the reason, and makes a cut one for safety. */
  alarm?: { id: number; rule: string };
  /** The request to restore that this answers. */
  answersRequest?: string;
}

interface Control {
  arm: (request: ArmRequest) => void;
}

export const ControlContext = createContext<Control | null>(null);

/** Opens the control panel. @throws Error outside the staff layout */
export function useControl(): Control {
  const control = useContext(ControlContext);
  if (!control) throw new Error('ControlDesk is missing above this component');
  return control;
}
