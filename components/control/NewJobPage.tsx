'use client';

import { useMutation } from '@tanstack/react-query';
import { useRouter, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import { BULK_DIRECTIONS } from '../../domain/supply/bulkJob';
import { useTRPC } from '../live/trpc';
import { Breadcrumb } from '../ui/Breadcrumb';
import { SelectField } from '../ui/Field';
import { PageHead } from '../ui/PageHead';
import { SegmentedControl } from '../ui/SegmentedControl';
import { AskForm } from './AskForm';
import { ChoiceFields } from './ChoiceFields';
import styles from './Control.module.css';
import { CHOICE_KINDS, type ChoiceText, choiceOf } from './choice';
import type { BulkAsk } from './controlTypes';
import { DryRunForm } from './DryRunForm';
import { PreviewPanel } from './PreviewPanel';

const UTILITIES = ['ELECTRICITY', 'WATER', 'GAS'] as const;

/** What the form holds; the address may fill it in, so that a room, a floor or a feeder leads here. */
interface Draft extends ChoiceText {
  readonly direction: BulkAsk['direction'];
  readonly utility: BulkAsk['utility'];
}

function draftFrom(params: URLSearchParams): Draft {
  return {
    kind: CHOICE_KINDS.find((kind) => kind === params.get('kind')) ?? 'SPACE',
    text: params.get('code') ?? '',
    direction: params.get('direction') === 'RESTORE' ? 'RESTORE' : 'CUT',
    utility: UTILITIES.find((utility) => utility === params.get('utility')) ?? 'ELECTRICITY',
  };
}

/** What is asked for; null while nothing is named. */
function askOf({ direction, utility, ...text }: Draft): BulkAsk | null {
  const choice = choiceOf(text);
  return choice && { choice, direction, utility };
}

/** `/control/new`: choose, run dry, ask. */
export function NewJobPage() {
  const t = useTranslations('control');
  const params = useSearchParams();
  const trpc = useTRPC();
  const router = useRouter();
  const [draft, setDraft] = useState(() => draftFrom(params));
  const preview = useMutation(trpc.control.preview.mutationOptions());
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

  return (
    <>
      <PageHead
        breadcrumb={<Breadcrumb path={[{ label: t('title'), href: '/control' }]} />}
        title={t('form.title')}
        words={t('form.words')}
      />
      <div className={styles.columns}>
        <DryRunForm title={t('form.step1')} testId="bulk-form" ask={askOf(draft)} run={preview}>
          <SegmentedControl
            label={t('form.direction')}
            options={BULK_DIRECTIONS.map((value) => ({ value, label: t(`direction.${value}`) }))}
            value={draft.direction}
            onChange={(direction) => change({ direction })}
          />
          <ChoiceFields choice={draft} error={preview.error} onChange={change} />
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
        </DryRunForm>
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
