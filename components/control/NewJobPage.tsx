'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { BULK_DIRECTIONS } from '../../domain/supply/bulkJob';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { useRefusalWords } from '../supply/useRefusalWords';
import { Breadcrumb } from '../ui/Breadcrumb';
import { Button } from '../ui/Button';
import { Field, SelectField, TextField } from '../ui/Field';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { SegmentedControl } from '../ui/SegmentedControl';
import { AskForm } from './AskForm';
import styles from './Control.module.css';
import type { BulkAsk, BulkChoice } from './controlTypes';
import { PreviewPanel } from './PreviewPanel';

const KINDS = ['SPACE', 'ROOMS', 'FEEDER', 'POINTS'] as const;
const UTILITIES = ['ELECTRICITY', 'WATER', 'GAS'] as const;
type Kind = (typeof KINDS)[number];

/** What the form holds; the address may fill it in, so that a room, a floor or a feeder leads here. */
interface Draft {
  readonly kind: Kind;
  readonly text: string;
  readonly direction: BulkAsk['direction'];
  readonly utility: BulkAsk['utility'];
}

function draftFrom(params: URLSearchParams): Draft {
  return {
    kind: KINDS.find((kind) => kind === params.get('kind')) ?? 'SPACE',
    text: params.get('code') ?? '',
    direction: params.get('direction') === 'RESTORE' ? 'RESTORE' : 'CUT',
    utility: UTILITIES.find((utility) => utility === params.get('utility')) ?? 'ELECTRICITY',
  };
}

/** What is asked for; null while nothing is named. */
function askOf({ kind, text, direction, utility }: Draft): BulkAsk | null {
  const codes = text.split(/[\s,，;；]+/).filter(Boolean);
  const [code] = codes;
  if (code === undefined) return null;
  const choice: BulkChoice =
    kind === 'SPACE' || kind === 'FEEDER' ? { kind, code } : { kind, codes: [...new Set(codes)] };
  return { choice, direction, utility };
}

/** `/control/new`: choose, run dry, ask. */
export function NewJobPage() {
  const t = useTranslations('control');
  const params = useSearchParams();
  const trpc = useTRPC();
  const router = useRouter();
  const words = useRefusalWords();
  const [draft, setDraft] = useState(() => draftFrom(params));
  const preview = useMutation(trpc.control.preview.mutationOptions());
  const ask = askOf(draft);
  const change = (part: Partial<Draft>) => {
    preview.reset();
    setDraft({ ...draft, ...part });
  };
  // A link that names the points runs them dry at once: it was pressed to see what would happen.
  const { mutate } = preview;
  useEffect(() => {
    const named = params.get('code') ? askOf(draftFrom(params)) : null;
    if (named) mutate(named);
  }, [params, mutate]);

  const refusal = preview.error ? refusalOf(preview.error) : null;
  const refused = refusal && words(refusal.reason, refusal.details);
  const unknown = refusal?.details.code;
  const { kind } = draft;
  const single = kind === 'SPACE' || kind === 'FEEDER';
  const input = {
    value: draft.text,
    error:
      refused === null
        ? undefined
        : typeof unknown === 'string'
          ? t('form.unknown', { words: refused, code: unknown })
          : refused,
  };
  return (
    <>
      <PageHead
        breadcrumb={<Breadcrumb path={[{ label: t('title'), href: '/control' }]} />}
        title={t('form.title')}
        words={t('form.words')}
      />
      <div className={styles.columns}>
        <Panel title={t('form.step1')} padded>
          <form
            className={styles.form}
            data-testid="bulk-form"
            onSubmit={(event) => {
              event.preventDefault();
              if (ask) preview.mutate(ask);
            }}
          >
            <SegmentedControl
              label={t('form.direction')}
              options={BULK_DIRECTIONS.map((value) => ({ value, label: t(`direction.${value}`) }))}
              value={draft.direction}
              onChange={(direction) => change({ direction })}
            />
            <SelectField
              label={t('form.by')}
              value={kind}
              onChange={(event) => change({ kind: event.target.value as Kind })}
            >
              {KINDS.map((one) => (
                <option key={one} value={one}>
                  {t(`form.kind.${one}`)}
                </option>
              ))}
            </SelectField>
            {single ? (
              <Field
                label={t(`form.code.${kind}`)}
                maxLength={32}
                onChange={(event) => change({ text: event.target.value })}
                {...input}
              />
            ) : (
              <TextField
                label={t(`form.codes.${kind}`)}
                hint={t(`form.codesHint.${kind}`)}
                onChange={(event) => change({ text: event.target.value })}
                {...input}
              />
            )}
            <SelectField
              label={t('form.utilityLabel')}
              value={draft.utility}
              onChange={(event) => change({ utility: event.target.value as Draft['utility'] })}
            >
              {UTILITIES.map((one) => (
                <option key={one} value={one}>
                  {t(`utility.${one}`)}
                </option>
              ))}
            </SelectField>
            <Button
              type="submit"
              size="control"
              variant={preview.data ? 'plain' : 'primary'}
              disabled={ask === null || preview.isPending}
              data-testid="dry-run"
            >
              {t(preview.data ? 'form.again' : 'form.dryRun')}
            </Button>
          </form>
        </Panel>
        {preview.data && preview.variables && (
          <div className={styles.page}>
            <PreviewPanel preview={preview.data} />
            <AskForm
              key={preview.data.asOfMs}
              ask={preview.variables}
              preview={preview.data}
              onAsked={(id) => router.push(`/control/${id}`)}
            />
          </div>
        )}
      </div>
    </>
  );
}
