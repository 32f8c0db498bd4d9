'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { KEY_SCOPES, type KeyScope } from '../../contracts/restCommon';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { CheckField, Field } from '../ui/Field';
import { Panel } from '../ui/Panel';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import styles from './KeysPage.module.css';

/** Makes a key and shows it once: nobody can read it again. */
export function CreateKeyForm() {
  const t = useTranslations('keys');
  const trpc = useTRPC();
  const queries = useQueryClient();
  const code = useCode();
  const [name, setName] = useState('');
  const [space, setSpace] = useState('');
  const [scopes, setScopes] = useState<readonly KeyScope[]>(['read']);
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      onSuccess: () => {
        setName('');
        setSpace('');
        setScopes(['read']);
        void queries.invalidateQueries({ queryKey: trpc.keys.list.queryKey() });
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    create.mutate({
      name: name.trim(),
      scopes: KEY_SCOPES.filter((scope) => scopes.includes(scope)),
      space: space.trim() === '' ? null : space.trim(),
    });
  };
  return (
    <Panel title={t('create')} padded>
      <form className={styles.form} onSubmit={submit} data-testid="key-form">
        <Field
          label={t('keyName')}
          hint={t('keyNameHint')}
          required
          maxLength={60}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <fieldset className={styles.scopes}>
          <legend>{t('scopes')}</legend>
          {KEY_SCOPES.map((scope) => (
            <CheckField
              key={scope}
              label={
                <>
                  <b>{t(`scope.${scope}`)}</b>{' '}
                  <span className={styles.words}>{t(`scopeWords.${scope}`)}</span>
                </>
              }
              checked={scopes.includes(scope)}
              onChange={({ target }) =>
                setScopes(target.checked ? [...scopes, scope] : scopes.filter((one) => one !== scope))
              }
            />
          ))}
        </fieldset>
        <Field
          label={t('placeCode')}
          hint={t('placeHint')}
          maxLength={32}
          value={space}
          onChange={(event) => setSpace(event.target.value)}
          error={create.error ? code('refusal', refusalOf(create.error).reason) : undefined}
        />
        <Button
          type="submit"
          variant="primary"
          size="control"
          disabled={create.isPending || scopes.length === 0}
        >
          {t('createButton')}
        </Button>
        {create.data && (
          <Notice testId="new-key">
            {t('shownOnce')} <code className={styles.key}>{create.data.key}</code>
          </Notice>
        )}
      </form>
    </Panel>
  );
}
