'use client';

import { useMutation } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import styles from './NoticePreferences.module.css';
import type { Contact } from './preferenceTypes';

/** The person's contacts; one whose code has not come back yet asks for it. */
export function ContactList({
  contacts,
  onChanged,
}: {
  contacts: readonly Contact[];
  onChanged: () => void;
}) {
  const t = useTranslations('notices');
  const code = useCode();
  const trpc = useTRPC();
  const remove = useMutation(trpc.notices.removeContact.mutationOptions({ onSettled: onChanged }));
  if (contacts.length === 0) return <p className={styles.words}>{t('noContacts')}</p>;
  return (
    <>
      <ul className={styles.list}>
        {contacts.map((contact) => (
          <li key={contact.id} data-testid="contact" data-state={contact.state.toLowerCase()}>
            <div className={styles.row}>
              <span>
                <b>{code('noticeChannel', contact.channel)}</b> {contact.address}
                <span className="meta"> {t(`state.${contact.state}`)}</span>
              </span>
              <Button
                size="small"
                disabled={remove.isPending}
                aria-label={t('removeNamed', {
                  channel: code('noticeChannel', contact.channel),
                  address: contact.address,
                })}
                onClick={() => remove.mutate({ id: contact.id })}
              >
                {t('remove')}
              </Button>
            </div>
            {contact.state === 'CODE_SENT' && <CodeForm contact={contact} onChanged={onChanged} />}
          </li>
        ))}
      </ul>
      {remove.error && <Notice strong>{code('refusal', refusalOf(remove.error).reason)}</Notice>}
    </>
  );
}

function CodeForm({ contact, onChanged }: { contact: Contact; onChanged: () => void }) {
  const t = useTranslations('notices');
  const code = useCode();
  const trpc = useTRPC();
  const [typed, setTyped] = useState('');
  const confirm = useMutation(trpc.notices.confirmContact.mutationOptions({ onSettled: onChanged }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    confirm.mutate({ id: contact.id, code: typed });
  };
  return (
    <form className={styles.form} onSubmit={submit} data-testid="code-form">
      <Field
        label={t('code')}
        hint={t('codeHint', { address: contact.address })}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={6}
        value={typed}
        onChange={({ target }) => setTyped(target.value.replace(/\D/g, ''))}
        error={confirm.error ? code('refusal', refusalOf(confirm.error).reason) : undefined}
      />
      <Button
        type="submit"
        variant="primary"
        size="control"
        disabled={typed.length !== 6 || confirm.isPending}
      >
        {t('confirm')}
      </Button>
    </form>
  );
}
