'use client';

import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { FieldPair } from '../ui/ActDialog';
import { Button, ButtonLink } from '../ui/Button';
import { Field, SelectField } from '../ui/Field';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useName } from '../ui/useName';
import styles from './Control.module.css';
import type { DraftAsk, PolicyChoice } from './controlTypes';
import { type DraftText, draftOf, textOfPolicy } from './policyDraft';
import { ReplayResult } from './ReplayResult';

/** `/control/policy`: which cuts for credit of the last weeks a draft policy would have changed. Nothing is stored. */
export function PolicyReplayPage({ choices }: { choices: readonly PolicyChoice[] }) {
  const t = useTranslations('control.replay');
  return (
    <>
      <PageHead
        title={t('title')}
        words={t('words')}
        actions={<ButtonLink href="/control">{t('toControl')}</ButtonLink>}
      />
      {choices[0] ? (
        <Replay choices={choices} first={choices[0]} />
      ) : (
        <EmptyState title={t('noPolicy')}>{t('noPolicyWords')}</EmptyState>
      )}
    </>
  );
}

function Replay({ choices, first }: { choices: readonly PolicyChoice[]; first: PolicyChoice }) {
  const t = useTranslations('control.replay');
  const code = useCode();
  const nameOf = useName();
  const trpc = useTRPC();
  const [text, setText] = useState<DraftText>(() => textOfPolicy(first));
  const [unclear, setUnclear] = useState<string | null>(null);
  const [asked, setAsked] = useState<{ ask: DraftAsk; text: DraftText } | null>(null);
  const result = useQuery(
    trpc.control.replayDraft.queryOptions(asked?.ask ?? NOTHING, { enabled: asked !== null, retry: false }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const ask = draftOf(text);
    setUnclear('unclear' in ask ? ask.unclear : null);
    if (!('unclear' in ask)) setAsked({ ask, text });
  };
  const field = (name: Exclude<keyof DraftText, 'policy' | 'weeks'>) => (
    <Field
      label={t(`fields.${name}`)}
      hint={t(`hints.${name}`)}
      value={text[name]}
      maxLength={200}
      error={unclear === name ? t('unclear') : undefined}
      onChange={(event) => setText({ ...text, [name]: event.target.value })}
      data-testid={`draft-${name}`}
    />
  );
  return (
    <>
      <Panel title={t('draft')} meta={t('draftMeta')}>
        <form onSubmit={submit} className={styles.padded}>
          <FieldPair>
            <SelectField
              label={t('fields.policy')}
              value={text.policy}
              onChange={(event) => {
                const choice = choices.find((one) => one.code === event.target.value);
                if (choice) setText({ ...textOfPolicy(choice), weeks: text.weeks });
              }}
              data-testid="draft-policy"
            >
              {choices.map((choice) => (
                <option key={choice.code} value={choice.code}>
                  {nameOf(choice)}
                </option>
              ))}
            </SelectField>
            <SelectField
              label={t('fields.weeks')}
              value={text.weeks}
              onChange={(event) => setText({ ...text, weeks: event.target.value })}
            >
              {['1', '2', '4', '6', '8'].map((weeks) => (
                <option key={weeks} value={weeks}>
                  {t('weeks', { n: Number(weeks) })}
                </option>
              ))}
            </SelectField>
          </FieldPair>
          <FieldPair>
            {field('windows')}
            {field('days')}
          </FieldPair>
          <FieldPair>
            {field('lead')}
            {field('more')}
          </FieldPair>
          <Button type="submit" variant="primary" size="control" data-testid="replay">
            {t('run')}
          </Button>
        </form>
      </Panel>
      {asked &&
        (result.error ? (
          <ErrorState
            cause={code('refusal', refusalOf(result.error).reason)}
            onRetry={() => void result.refetch()}
          />
        ) : result.data ? (
          <ReplayResult
            data={result.data}
            csv={`/control/policy/csv?${new URLSearchParams({ ...asked.text })}`}
          />
        ) : (
          <Skeleton height={240} onRetry={() => void result.refetch()} />
        ))}
    </>
  );
}

/** Asked for by nobody: the query waits until a draft is there. */
const NOTHING: DraftAsk = {
  policy: '-',
  weeks: 1,
  dailyWindows: [],
  weekdays: [],
  noticeLeadMinutes: 0,
  moreDates: [],
};
