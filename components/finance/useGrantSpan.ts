'use client';

import { useState } from 'react';
import { campusZone } from '../../domain/time/campusTime';
import { dateStartMs, dateText } from '../ui/dateInput';
import { useCampusZone, useNow } from '../ui/now';
import type { Fund } from './financeTypes';
import type { GrantSpan } from './GrantFields';

const CODE = /^[A-Za-z0-9_-]{1,32}$/;

/** Instants that a grant's days stand for: from the first midnight up to the one after the last day. */
export interface GrantInstants {
  readonly code: string;
  readonly fundCode: string;
  readonly fromMs: number;
  readonly toMs: number | null;
  readonly expiresMs: number | null;
}

/** The days of a grant while they are typed; from today on, with a code that nobody has. */
export function useGrantSpan(prefix: string, funds: readonly Fund[]) {
  const now = useNow();
  const iana = useCampusZone();
  const [span, setSpan] = useState<GrantSpan>(() => ({
    code: `${prefix}-${Math.floor(now / 1_000)
      .toString(36)
      .toUpperCase()}`,
    fund: funds[0]?.code ?? '',
    firstDay: dateText(now, iana),
    lastDay: '',
    usable: '',
  }));
  const zone = campusZone(iana);
  const fromMs = dateStartMs(span.firstDay, zone);
  const instants: GrantInstants | null =
    fromMs === null || !CODE.test(span.code.trim()) || span.fund === ''
      ? null
      : {
          code: span.code.trim(),
          fundCode: span.fund,
          fromMs,
          toMs: dateStartMs(span.lastDay, zone, 1),
          expiresMs: dateStartMs(span.usable, zone, 1),
        };
  return { span, instants, set: (change: Partial<GrantSpan>) => setSpan({ ...span, ...change }) };
}
