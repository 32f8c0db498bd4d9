'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { TRPCClientError } from '@trpc/client';
import { useTranslations } from 'next-intl';
import { type FormEvent, useId, useState } from 'react';
import { MICRO, microFromText } from '../../domain/units';
import type { AppRouter } from '../../server/trpc/root';
import { useConnection } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { Button } from '../ui/Button';
import { Dialog } from '../ui/Dialog';
import { Field, TextField } from '../ui/Field';
import { Notice, Skeleton } from '../ui/states';
import { useLang } from '../ui/useLang';
import styles from './QuotaForm.module.css';
import { QuotaPreview } from './QuotaPreview';
import { useQuotaDates } from './quotaDates';
import type { QuotaPlan, QuotaUtility } from './quotaTypes';
import { quotaUnit } from './quotaUnit';

interface Props {
  department: string;
  /** `YYYY-MM`. */
  month: string;
  utility: QuotaUtility;
  onClose: () => void;
}

const REASON_MIN = 3;

/** Sets a quota as a new version. What it would mean is worked out with each key, before anything is saved. */
export function QuotaForm({ department, month, utility, onClose }: Props) {
  const t = useTranslations('quota');
  const lang = useLang();
  const dates = useQuotaDates();
  const trpc = useTRPC();
  const query = useQuery(
    trpc.quota.plan.queryOptions({ department, month, utility }, { staleTime: 0, refetchOnMount: 'always' }),
  );
  const plan = query.isFetchedAfterMount ? query.data : undefined;
  const name = plan
    ? lang === 'en'
      ? (plan.department.nameEn ?? plan.department.name)
      : plan.department.name
    : '';
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      placement="panel"
      title={t('setFor', { department: name })}
      eyebrow={dates.month(month)}
      description={t('form.soft')}
      testId="quota-form"
    >
      {plan ? (
        <Fields plan={plan} onClose={onClose} />
      ) : query.isError ? (
        <Notice strong>{t('failed')}</Notice>
      ) : (
        <Skeleton height={280} onRetry={() => void query.refetch()} />
      )}
    </Dialog>
  );
}

function Fields({ plan, onClose }: { plan: QuotaPlan; onClose: () => void }) {
  const t = useTranslations('quota.form');
  const live = useTranslations('live');
  const dates = useQuotaDates();
  const trpc = useTRPC();
  const cache = useQueryClient();
  const { state } = useConnection();
  const formId = useId();
  const current = plan.current;
  const [limit, setLimit] = useState(current ? wholeText(current.limitMicro) : '');
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const limitMicro = limitFrom(limit);
  const reasonMissing = reason.trim().length < REASON_MIN;
  // The field takes plain units whatever its size, so that nothing has to be converted while typing.
  const unit = quotaUnit(plan.utility, 0n);
  const version = (current?.version ?? 0) + 1;
  const save = useMutation(
    trpc.quota.set.mutationOptions({
      onSuccess: async () => {
        await cache.invalidateQueries({ queryKey: trpc.quota.pathKey() });
        onClose();
      },
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (limitMicro === null || reasonMissing) return;
    save.mutate({
      department: plan.department.code,
      month: plan.month,
      utility: plan.utility,
      limit: limit.replaceAll(',', '').trim(),
      reason: reason.trim(),
      seenVersion: current?.version ?? 0,
    });
  };
  return (
    <form id={formId} className={styles.form} onSubmit={submit} noValidate>
      <Field
        label={t('limit', { month: dates.month(plan.month) })}
        hint={current ? t('limitHint', { current: unit.text(current.limitMicro) }) : t('limitHintNone')}
        error={(tried || limit !== '') && limitMicro === null ? t('invalid') : undefined}
        suffix={unit.unit}
        inputMode="decimal"
        autoComplete="off"
        value={limit}
        onChange={(event) => setLimit(event.target.value)}
        data-testid="quota-limit"
      />
      <QuotaPreview plan={plan} limitMicro={limitMicro} />
      <TextField
        label={t('reason')}
        hint={t('reasonHint')}
        error={tried && reasonMissing ? t('reasonMissing') : undefined}
        value={reason}
        maxLength={500}
        onChange={(event) => setReason(event.target.value)}
        data-testid="quota-reason"
      />
      {save.isError && <Notice strong>{t(errorKey(save.error))}</Notice>}
      <Button
        type="submit"
        variant="primary"
        wide
        disabled={save.isPending}
        blockedBy={state === 'offline' ? live('controlOffline') : undefined}
      >
        {save.isPending ? t('saving') : t('save', { version })}
      </Button>
    </form>
  );
}

/** What was typed, as µ; null unless it is a number above 0. Commas may group thousands. */
function limitFrom(text: string): bigint | null {
  const micro = microFromText(text.replaceAll(',', ''));
  return micro !== null && micro > 0n ? micro : null;
}

/** A stored limit as it is typed: whole units where it is whole. */
function wholeText(micro: bigint): string {
  return micro % MICRO === 0n ? (micro / MICRO).toString() : (Number(micro) / 1e6).toString();
}

function errorKey(error: unknown): 'conflict' | 'ended' | 'saveFailed' {
  if (!(error instanceof TRPCClientError)) return 'saveFailed';
  const data = (error as TRPCClientError<AppRouter>).data;
  if (data?.refusal?.reason === 'QUOTA_CHANGED') return 'conflict';
  return data?.refusal?.reason === 'MONTH_ENDED' ? 'ended' : 'saveFailed';
}
