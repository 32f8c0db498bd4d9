'use client';

import { type ReactNode, useCallback, useMemo, useState } from 'react';
import { ArmPanel } from './ArmPanel';
import { type ArmRequest, ControlContext } from './control';

/** Holds the one control panel of a page tree. */
export function ControlDesk({ children }: { children: ReactNode }) {
  const [request, setRequest] = useState<ArmRequest | null>(null);
  const arm = useCallback((next: ArmRequest) => setRequest(next), []);
  const close = useCallback(() => setRequest(null), []);
  const control = useMemo(() => ({ arm }), [arm]);
  return (
    <ControlContext value={control}>
      {children}
      {request && (
        <ArmPanel key={`${request.pointCode} ${request.direction}`} request={request} onClose={close} />
      )}
    </ControlContext>
  );
}
