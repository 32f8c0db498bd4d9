'use client';

import { useTranslations } from 'next-intl';
import { ButtonLink, type ButtonLook } from '../ui/Button';

/** The way from a place or a feeder to its dry run; nothing is switched from here. */
export function BulkLink({
  kind,
  code,
  words = 'feeder',
  size = 'small',
}: {
  kind: 'SPACE' | 'FEEDER';
  code: string;
  words?: 'building' | 'floor' | 'feeder';
  size?: ButtonLook['size'];
}) {
  const t = useTranslations('control.here');
  return (
    <ButtonLink size={size} href={`/control/new?${new URLSearchParams({ kind, code })}`}>
      {t(words, { code })}
    </ButtonLink>
  );
}
