import { useTranslations } from 'next-intl';

/** In place of whose money it is, for who checks the books and doesn't see the money of rooms. */
export function Withheld() {
  const t = useTranslations('finance');
  return (
    <span className="quiet" title={t('withheldWords')} data-testid="withheld">
      {t('withheld')}
    </span>
  );
}
