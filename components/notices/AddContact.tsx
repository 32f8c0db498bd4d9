'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Field, SelectField } from '../ui/Field';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import styles from './NoticePreferences.module.css';
import type { Channel } from './preferenceTypes';
import { subscribeBrowser, takesPush } from './subscribeBrowser';

type Typed = Exclude<Channel, 'PUSH'>;

/** Enters an address, to which a code is sent, or the browser that is looked through. */
export function AddContact({
  offered,
  pushKey,
  onChanged,
}: {
  offered: readonly Channel[];
  pushKey: string | null;
  onChanged: () => void;
}) {
  const t = useTranslations('notices');
  const code = useCode();
  const trpc = useTRPC();
  const typed = offered.filter((channel): channel is Typed => channel !== 'PUSH');
  const [channel, setChannel] = useState<Typed | undefined>(typed[0]);
  const [address, setAddress] = useState('');
  const add = useMutation(
    trpc.notices.addContact.mutationOptions({
      onSuccess: () => setAddress(''),
      onSettled: onChanged,
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (channel) add.mutate({ channel, address });
  };
  return (
    <>
      {pushKey !== null && <ThisBrowser pushKey={pushKey} onChanged={onChanged} />}
      {channel && (
        <form className={styles.form} onSubmit={submit} data-testid="contact-form">
          <SelectField
            label={t('channel')}
            value={channel}
            onChange={({ target }) => setChannel(target.value as Typed)}
          >
            {typed.map((one) => (
              <option key={one} value={one}>
                {code('noticeChannel', one)}
              </option>
            ))}
          </SelectField>
          <Field
            label={t(`addressOf.${channel}`)}
            required
            maxLength={254}
            value={address}
            onChange={({ target }) => setAddress(target.value)}
            error={add.error ? code('refusal', refusalOf(add.error).reason) : undefined}
          />
          <Button type="submit" size="control" disabled={address.trim() === '' || add.isPending}>
            {t('sendCode')}
          </Button>
        </form>
      )}
    </>
  );
}

function ThisBrowser({ pushKey, onChanged }: { pushKey: string; onChanged: () => void }) {
  const t = useTranslations('notices');
  const code = useCode();
  const trpc = useTRPC();
  const [refused, setRefused] = useState(false);
  const add = useMutation(trpc.notices.addBrowser.mutationOptions({ onSettled: onChanged }));
  const subscribe = async () => {
    const subscription = takesPush() ? await subscribeBrowser(pushKey).catch(() => null) : null;
    setRefused(subscription === null);
    if (subscription) add.mutate({ subscription });
  };
  const reason = refused ? 'PUSH_REFUSED' : add.error ? refusalOf(add.error).reason : null;
  return (
    <div className={styles.form}>
      <Button size="control" disabled={add.isPending} onClick={() => void subscribe()}>
        {t('thisBrowser')}
      </Button>
      {reason !== null && <Notice strong>{code('refusal', reason)}</Notice>}
    </div>
  );
}
