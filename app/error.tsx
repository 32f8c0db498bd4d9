'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../components/ui/Button';
import { CenteredPage } from '../components/ui/CenteredPage';

/** A page that threw. The id finds the entry in the server's log. */
export default function PageError({
  error,
  reset,
}: {
  error: Error & { digest?: string };
  reset: () => void;
}) {
  const t = useTranslations('errors');
  return (
    <CenteredPage
      title={t('failedTitle')}
      words={error.digest ? t('failedWithId', { id: error.digest }) : t('failedWords')}
    >
      <Button variant="primary" onClick={reset}>
        {t('again')}
      </Button>
    </CenteredPage>
  );
}
