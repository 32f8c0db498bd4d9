'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { GROUP_TOPICS } from '../../domain/notices/noticeTopic';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { CheckField, Field, SelectField } from '../ui/Field';
import { Panel } from '../ui/Panel';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import type { Groups } from './GroupsPanel';
import styles from './NoticesPage.module.css';

type Channel = Groups['offered'][number];
type Topic = (typeof GROUP_TOPICS)[number];

/** Subscribes a robot or a webhook; the secret of a webhook is made by the server and shown once. */
export function AddGroupForm({ offered }: { offered: readonly Channel[] }) {
  const t = useTranslations('notices.admin');
  const code = useCode();
  const lang = useLang();
  const trpc = useTRPC();
  const queries = useQueryClient();
  const [channel, setChannel] = useState<Channel | undefined>(offered[0]);
  const [name, setName] = useState('');
  const [url, setUrl] = useState('');
  const [secret, setSecret] = useState('');
  const [space, setSpace] = useState('');
  const [topics, setTopics] = useState<readonly Topic[]>(['SAFETY']);
  const add = useMutation(
    trpc.notices.addGroup.mutationOptions({
      onSuccess: () => {
        setName('');
        setUrl('');
        setSecret('');
        setSpace('');
        void queries.invalidateQueries({ queryKey: trpc.notices.groups.queryKey() });
      },
    }),
  );
  if (!channel)
    return (
      <Panel title={t('subscribe')} padded>
        <p>{t('offeredNone')}</p>
      </Panel>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    add.mutate({
      channel,
      name: name.trim(),
      url: url.trim(),
      secret: channel === 'WEBHOOK' ? null : secret.trim(),
      topics: [...topics],
      space: space.trim() === '' ? null : space.trim(),
      language: lang,
    });
  };
  return (
    <Panel title={t('subscribe')} padded>
      <form className={styles.form} onSubmit={submit} data-testid="group-form">
        <SelectField
          label={t('channel')}
          value={channel}
          onChange={({ target }) => setChannel(target.value as Channel)}
        >
          {offered.map((one) => (
            <option key={one} value={one}>
              {code('noticeChannel', one)}
            </option>
          ))}
        </SelectField>
        <Field
          label={t('name')}
          required
          maxLength={60}
          value={name}
          onChange={({ target }) => setName(target.value)}
        />
        <Field
          label={t('url')}
          type="url"
          required
          maxLength={1000}
          value={url}
          onChange={({ target }) => setUrl(target.value)}
        />
        {channel !== 'WEBHOOK' && (
          <Field
            label={t('secret')}
            type="password"
            autoComplete="off"
            required
            minLength={8}
            maxLength={200}
            value={secret}
            onChange={({ target }) => setSecret(target.value)}
          />
        )}
        <fieldset className={styles.topics}>
          <legend>{t('topics')}</legend>
          {GROUP_TOPICS.map((topic) => (
            <CheckField
              key={topic}
              label={code('noticeTopic', topic)}
              checked={topics.includes(topic)}
              onChange={({ target }) =>
                setTopics(target.checked ? [...topics, topic] : topics.filter((one) => one !== topic))
              }
            />
          ))}
        </fieldset>
        <Field
          label={t('placeCode')}
          maxLength={32}
          value={space}
          onChange={({ target }) => setSpace(target.value)}
          error={add.error ? code('refusal', refusalOf(add.error).reason) : undefined}
        />
        <Button
          type="submit"
          variant="primary"
          size="control"
          disabled={add.isPending || topics.length === 0}
        >
          {t('subscribe')}
        </Button>
        {add.data?.secret && (
          <Notice testId="group-secret">
            {t('shownOnce')} <code className={styles.secret}>{add.data.secret}</code>
          </Notice>
        )}
      </form>
    </Panel>
  );
}
