'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Panel } from '../ui/Panel';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './tariffs.module.css';
import type { Draft, Shown, TariffView } from './tariffTypes';
import { TariffTerms } from './VersionPanel';

/** Drafts of the tariff with what became of them. Whoever wrote one sees why another must approve it. */
export function DraftsPanel({
  tariff,
  shown,
  mayDraft,
  currency,
  onEdit,
}: {
  tariff: TariffView;
  shown: Shown;
  mayDraft: boolean;
  currency: string;
  onEdit: (id: string) => void;
}) {
  const t = useTranslations('tariffs');
  if (shown.drafts.length === 0) return null;
  return (
    <Panel title={t('drafts')} testId="drafts">
      {shown.drafts.map((draft) => (
        <DraftRow
          key={draft.id}
          tariff={tariff}
          draft={draft}
          mayDraft={mayDraft}
          currency={currency}
          onEdit={onEdit}
        />
      ))}
    </Panel>
  );
}

function DraftRow({
  tariff,
  draft,
  mayDraft,
  currency,
  onEdit,
}: {
  tariff: TariffView;
  draft: Draft;
  mayDraft: boolean;
  currency: string;
  onEdit: (id: string) => void;
}) {
  const t = useTranslations('tariffs');
  const code = useCode();
  const lang = useLang();
  const zone = useCampusZone();
  const trpc = useTRPC();
  const cache = useQueryClient();
  const [note, setNote] = useState('');
  const decide = useMutation(
    trpc.tariffs.decide.mutationOptions({
      onSuccess: () => cache.invalidateQueries({ queryKey: trpc.tariffs.pathKey() }),
    }),
  );
  const open = draft.state === 'SUBMITTED';
  const act = (approve: boolean) =>
    decide.mutate({ draftId: draft.id, revision: draft.revision, approve, note });
  return (
    <article className={styles.draft} data-testid="draft" data-state={draft.state.toLowerCase()}>
      <h3>
        {t('draftFrom', { date: formatDateTime(draft.validFromMs, zone, lang, { year: true }) })}{' '}
        <small>{t(`draftStates.${draft.state}`)}</small>
      </h3>
      <p className={styles.note}>{draft.note}</p>
      <p className="meta">
        {t('draftedBy', { name: draft.byName, at: formatDateTime(draft.draftedMs, zone, lang, {}) })}
        {draft.decidedByName && ` · ${t('decidedBy', { name: draft.decidedByName })}`}
        {draft.decisionNote && ` · ${draft.decisionNote}`}
      </p>
      {open && (
        <TariffTerms body={draft.body} utility={tariff.utility} accrual={draft.accrual} currency={currency} />
      )}
      {open && mayDraft && (
        <div className={styles.decision}>
          <Field label={t('decisionNote')} value={note} onChange={(event) => setNote(event.target.value)} />
          <Button
            variant="primary"
            onClick={() => act(true)}
            disabled={decide.isPending}
            blockedBy={draft.isOwn ? t('ownDraft') : undefined}
            data-testid="approve"
          >
            {t('approve')}
          </Button>
          <Button onClick={() => act(false)} disabled={decide.isPending} data-testid="send-back">
            {t('sendBack')}
          </Button>
        </div>
      )}
      {decide.isError && <Notice strong>{code('refusal', refusalOf(decide.error).reason)}</Notice>}
      {mayDraft && draft.state !== 'APPROVED' && (
        <Button size="small" onClick={() => onEdit(String(draft.id))}>
          {t('edit')}
        </Button>
      )}
    </article>
  );
}
