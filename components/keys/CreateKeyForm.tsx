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
import { isNamed, NOBODY, SecondPerson } from '../ui/SecondPerson';
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
  const [second, setSecond] = useState(NOBODY);
  const create = useMutation(
    trpc.keys.create.mutationOptions({
      onSuccess: () => {
        setName('');
        setSpace('');
        setScopes(['read']);
        setSecond(NOBODY);
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
      ...(movesMoney ? { second } : {}),
    });
  };
  const movesMoney = scopes.includes('vend');
  const refusal = create.error ? refusalOf(create.error) : null;
  const atPlace = refusal?.field === '/space';
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
          error={refusal && atPlace ? code('refusal', refusal.reason) : undefined}
        />
        {movesMoney && (
          <SecondPerson words={code('refusal', 'TWO_PERSONS')} second={second} onChange={setSecond} />
        )}
        {refusal && !atPlace && <p role="alert">{code('refusal', refusal.reason)}</p>}
        <Button
          type="submit"
          variant="primary"
          size="control"
          disabled={create.isPending || scopes.length === 0 || (movesMoney && !isNamed(second))}
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
