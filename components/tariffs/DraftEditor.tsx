'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { campusZone } from '../../domain/time/campusTime';
import { refusalOf } from '../live/refusal';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { dateTimeText } from '../ui/dateInput';
import { Field, SelectField, TextField } from '../ui/Field';
import { wallClock } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { Notice } from '../ui/states';
import { useCode } from '../ui/useCode';
import { useName } from '../ui/useName';
import { usePeriodName } from '../ui/usePeriodName';
import { DraftPreview } from './DraftPreview';
import { bodyOf, type DraftForm, type DraftProblem, formOf, validFromMs } from './draftForm';
import { ExportFields, PriceFields, SpanFields, SurchargeFields } from './editorFields';
import { dayName } from './TouClock';
import styles from './tariffs.module.css';
import type { Draft, TariffView, Version } from './tariffTypes';

const NOTE_MIN = 3;
const EMPTY: DraftForm = {
  validFrom: '',
  accrual: 'NONE',
  spans: [{ dayType: '*', from: '00:00', to: '24:00', period: 'ALL' }],
  limits: [],
  prices: [{ ALL: '' }],
  exportPrices: null,
  surcharges: [],
  note: '',
};

/** Writes a version as a draft: what is wrong is said in words with each key, and a gap or an overlap can't be sent. */
export function DraftEditor({
  tariff,
  draft,
  base,
  samples,
  nowMs,
  currency,
  onClose,
}: {
  tariff: TariffView;
  /** The draft to write on; null: a new one, which begins as `base`. */
  draft: Draft | null;
  base: Version | null;
  samples: readonly string[];
  nowMs: number;
  currency: string;
  onClose: () => void;
}) {
  const t = useTranslations('tariffs');
  const code = useCode();
  const nameOf = useName();
  const periodOf = usePeriodName();
  const trpc = useTRPC();
  const cache = useQueryClient();
  const iana = useCampusZone();
  const zone = useMemo(() => campusZone(iana), [iana]);
  const [form, setForm] = useState<DraftForm>(() => begin(draft, base, iana, nowMs));
  const [tried, setTried] = useState(false);
  const judged = bodyOf(form);
  const fromMs = validFromMs(form, zone);
  const problem: DraftProblem | null =
    fromMs === null
      ? { key: 'from', values: {} }
      : 'problem' in judged
        ? judged.problem
        : form.note.trim().length < NOTE_MIN
          ? { key: 'note', values: {} }
          : null;
  const done = {
    onSuccess: async () => {
      await cache.invalidateQueries({ queryKey: trpc.tariffs.pathKey() });
      onClose();
    },
  };
  const save = useMutation(trpc.tariffs.save.mutationOptions(done));
  const submit = useMutation(trpc.tariffs.submit.mutationOptions(done));
  const send = (by: typeof save) => {
    setTried(true);
    if (problem || fromMs === null || 'problem' in judged) return;
    by.mutate({
      tariffId: tariff.id,
      draftId: draft?.id ?? null,
      validFromMs: fromMs,
      accrual: form.accrual,
      body: judged.body,
      note: form.note.trim(),
    });
  };
  const set = (change: Partial<DraftForm>) => setForm((before) => ({ ...before, ...change }));
  const failed = submit.error ?? save.error;
  const told = problem && (tried || (problem.key !== 'from' && problem.key !== 'note')) ? problem : null;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      placement="panel"
      title={t(draft ? 'editTitle' : 'newTitle', { name: nameOf(tariff) })}
      description={t('secondPerson')}
      testId="draft-editor"
    >
      <div className={styles.editor}>
        <Field
          label={t('validFrom')}
          hint={t('validFromHint')}
          type="datetime-local"
          value={form.validFrom}
          onChange={(event) => set({ validFrom: event.target.value })}
          data-testid="valid-from"
        />
        <SpanFields form={form} set={set} />
        <SelectField
          label={t('accrual')}
          value={form.accrual}
          onChange={(event) => set({ accrual: event.target.value as DraftForm['accrual'] })}
        >
          {(['NONE', 'MONTH', 'YEAR'] as const).map((value) => (
            <option key={value} value={value}>
              {t(`accruals.${value}`)}
            </option>
          ))}
        </SelectField>
        <PriceFields form={form} set={set} unit={tariff.utility === 'ELECTRICITY' ? 'kWh' : 'm³'} />
        {tariff.utility === 'ELECTRICITY' && <ExportFields form={form} set={set} />}
        <SurchargeFields form={form} set={set} />
        <TextField
          label={t('note')}
          hint={t('noteHint')}
          maxLength={500}
          value={form.note}
          onChange={(event) => set({ note: event.target.value })}
          data-testid="draft-note"
        />
        {told && (
          <p role="alert" className={styles.problem} data-testid="problem" data-problem={told.key}>
            {t(`problems.${told.key}`, {
              ...told.values,
              ...(told.values.dayType ? { dayType: dayName(t, told.values.dayType) } : {}),
              ...(told.values.period ? { period: periodOf(told.values.period) } : {}),
            })}
          </p>
        )}
        <DraftPreview
          tariff={tariff}
          samples={samples}
          body={'body' in judged ? judged.body : null}
          accrual={form.accrual}
          currency={currency}
        />
        {failed && <Notice strong>{code('refusal', refusalOf(failed).reason)}</Notice>}
        <div className={styles.buttons}>
          <Button
            variant="primary"
            onClick={() => send(submit)}
            disabled={save.isPending || submit.isPending}
            data-testid="submit-draft"
          >
            {t('submit')}
          </Button>
          <Button onClick={() => send(save)} disabled={save.isPending || submit.isPending}>
            {t('save')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}

function begin(draft: Draft | null, base: Version | null, zone: string, nowMs: number): DraftForm {
  if (draft) return formOf(draft.body, draft.accrual, dateTimeText(draft.validFromMs, zone), draft.note);
  if (!base) return EMPTY;
  return formOf(base.body, base.accrual, nextMonthText(nowMs, zone), '');
}

/** First instant of the month after an instant, as the field takes it. */
function nextMonthText(atMs: number, zone: string): string {
  const { year, month } = wallClock(atMs, zone);
  return month === 12 ? `${year + 1}-01-01T00:00` : `${year}-${String(month + 1).padStart(2, '0')}-01T00:00`;
}
