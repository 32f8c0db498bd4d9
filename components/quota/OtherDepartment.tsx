'use client';

import { useTranslations } from 'next-intl';
import { ButtonLink } from '../ui/Button';
import { CenteredPage } from '../ui/CenteredPage';
import { useLang } from '../ui/useLang';

/** Another department's page, to a head who may not see it: who can, and whom to ask. */
export function OtherDepartment({ name, nameEn, ask }: { name: string; nameEn: string; ask: string }) {
  const t = useTranslations('quota.other');
  const department = useLang() === 'en' ? nameEn : name;
  return (
    <CenteredPage
      title={t('title', { department })}
      words={
        <>
          {t('words', { department })} {ask ? t('ask', { people: ask }) : t('askNobody')}
        </>
      }
    >
      <ButtonLink href="/quota" variant="primary">
        {t('own')}
      </ButtonLink>
    </CenteredPage>
  );
}
