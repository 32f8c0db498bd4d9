'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { NOTICE_LANGUAGES } from '../../domain/notices/noticeChannel';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { SegmentedControl } from '../ui/SegmentedControl';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import { AddContact } from './AddContact';
import { ContactList } from './ContactList';
import styles from './NoticePreferences.module.css';
import type { Preferences } from './preferenceTypes';
import { TopicChoices } from './TopicChoices';

const LANGUAGE_NAMES = { 'zh-CN': '中文', en: 'English' } as const;

/** Where a person is reached, and over which channels they are told what. */
export function NoticePreferences({ initial }: { initial: Preferences }) {
  const t = useTranslations('notices');
  const code = useCode();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const { data } = useQuery(trpc.notices.preferences.queryOptions(undefined, { initialData: initial }));
  const reload = () => queries.invalidateQueries({ queryKey: trpc.notices.preferences.queryKey() });
  const language = useMutation(trpc.notices.language.mutationOptions({ onSettled: reload }));
  return (
    <div className={styles.page} data-testid="notice-preferences">
      <p className={styles.words}>{t('words')}</p>
      <section>
        <h2>{t('language')}</h2>
        <SegmentedControl
          label={t('language')}
          value={data.language}
          options={NOTICE_LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
          onChange={(value) => language.mutate({ language: value })}
        />
        {language.error && <Notice strong>{code('refusal', refusalOf(language.error).reason)}</Notice>}
      </section>
      <section>
        <h2>{t('contacts')}</h2>
        {data.offered.length === 0 && data.contacts.length === 0 ? (
          <p className={styles.words}>{t('noneOffered')}</p>
        ) : (
          <>
            <ContactList contacts={data.contacts} onChanged={reload} />
            <AddContact offered={data.offered} pushKey={data.pushKey} onChanged={reload} />
          </>
        )}
      </section>
      <TopicChoices topics={data.topics} offered={data.offered} onChanged={reload} />
    </div>
  );
}
