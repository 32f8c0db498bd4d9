'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { CheckField } from '../ui/Field';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import styles from './NoticePreferences.module.css';
import type { Channel, Topic } from './preferenceTypes';

/** Channels by topic; each tick is stored at once. */
export function TopicChoices({
  topics,
  offered,
  onChanged,
}: {
  topics: readonly Topic[];
  offered: readonly Channel[];
  onChanged: () => void;
}) {
  const t = useTranslations('notices');
  const code = useCode();
  const trpc = useTRPC();
  const choose = useMutation(trpc.notices.choose.mutationOptions({ onSettled: onChanged }));
  if (offered.length === 0 || topics.length === 0) return null;
  return (
    <section>
      <h2>{t('topics')}</h2>
      <p className={styles.words}>{t('topicsWords')}</p>
      {choose.error && <Notice strong>{code('refusal', refusalOf(choose.error).reason)}</Notice>}
      {topics.map(({ topic, channels }) => (
        <fieldset
          key={topic}
          className={styles.topic}
          data-testid="topic"
          data-topic={topic.toLowerCase()}
          disabled={choose.isPending}
        >
          <legend>{code('noticeTopic', topic)}</legend>
          {offered.map((channel) => (
            <CheckField
              key={channel}
              label={code('noticeChannel', channel)}
              checked={channels.includes(channel)}
              onChange={({ target }) =>
                choose.mutate({
                  topic,
                  channels: target.checked
                    ? [...channels, channel]
                    : channels.filter((one) => one !== channel),
                })
              }
            />
          ))}
        </fieldset>
      ))}
    </section>
  );
}
