import { useTranslations } from 'next-intl';
import { ButtonLink } from '../components/ui/Button';
import { CenteredPage } from '../components/ui/CenteredPage';

/** A link that leads nowhere. */
export default function NotFound() {
  const t = useTranslations('errors');
  return (
    <CenteredPage title={t('notFoundTitle')} words={t('notFoundWords')}>
      <ButtonLink href="/" variant="primary">
        {t('home')}
      </ButtonLink>
    </CenteredPage>
  );
}
