'use client';

import { useMutation, useQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type FormEvent, useState } from 'react';
import { useConnection } from '../live/LiveProvider';
import { useTRPC } from '../live/trpc';
import { Breadcrumb } from '../ui/Breadcrumb';
import { Button } from '../ui/Button';
import { Field, SelectField } from '../ui/Field';
import { formatDateTime } from '../ui/formatTime';
import { useCampusZone } from '../ui/now';
import { PageHead } from '../ui/PageHead';
import { Panel } from '../ui/Panel';
import { useAct } from '../ui/useAct';
import { useLang } from '../ui/useLang';
import { ChoiceFields } from './ChoiceFields';
import styles from './Control.module.css';
import { type ChoiceText, choiceOf } from './choice';
import type { ScheduleAsk, SchedulePreview } from './controlTypes';
import { DryRunForm } from './DryRunForm';
import { PreviewPanel } from './PreviewPanel';
import { ScheduleTimes } from './ScheduleTimes';
import { FIRST_WINDOW, type WindowText, windowsOf } from './scheduleDraft';

/** What the form holds. */
interface Draft extends ChoiceText {
  readonly windows: readonly WindowText[];
  /** Code of the calendar; empty: none. */
  readonly calendar: string;
}

/** What is asked for; null while the points or a time are missing. */
function askOf({ windows, calendar, ...text }: Draft): ScheduleAsk | null {
  const choice = choiceOf(text);
  const off = windowsOf(windows);
  return choice && off && { choice, windows: off, calendar: calendar === '' ? null : calendar };
}

/** `/control/schedules/new`: where and when, run dry, ask. */
export function NewSchedulePage() {
  const t = useTranslations('control.schedules.form');
  const control = useTranslations('control');
  const trpc = useTRPC();
  const list = useQuery(trpc.control.schedules.queryOptions());
  const preview = useMutation(trpc.control.previewSchedule.mutationOptions());
  const [draft, setDraft] = useState<Draft>({
    kind: 'SPACE',
    text: '',
    windows: [FIRST_WINDOW],
    calendar: '',
  });
  const change = (part: Partial<Draft>) => {
    preview.reset();
    setDraft({ ...draft, ...part });
  };
  return (
    <>
      <PageHead
        breadcrumb={<Breadcrumb path={[{ label: control('title'), href: '/control' }]} />}
        title={t('title')}
        words={t('words')}
      />
      <div className={styles.columns}>
        <DryRunForm title={t('step1')} testId="schedule-form" ask={askOf(draft)} run={preview}>
          <ChoiceFields choice={draft} error={preview.error} onChange={change} />
          <ScheduleTimes windows={draft.windows} onChange={(windows) => change({ windows })} />
          <SelectField
            label={t('calendar')}
            hint={t('calendarHint')}
            value={draft.calendar}
            onChange={(event) => change({ calendar: event.target.value })}
          >
            <option value="">{t('noCalendar')}</option>
            {(list.data?.calendars ?? []).map(({ code, name }) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </SelectField>
        </DryRunForm>
        {preview.data && preview.variables && (
          <div className={styles.page}>
            <Firings preview={preview.data} />
            <AskSchedule key={preview.data.points.asOfMs} ask={preview.variables} preview={preview.data} />
            <PreviewPanel preview={preview.data.points} />
          </div>
        )}
      </div>
    </>
  );
}

function Firings({ preview }: { preview: SchedulePreview }) {
  const t = useTranslations('control.schedules');
  const lang = useLang();
  const zone = useCampusZone();
  return (
    <Panel title={t('form.firings')} meta={t('form.firingsMeta', { zone })} padded testId="firings">
      <ol className={styles.firings}>
        {preview.firings.map(({ atMs, direction }) => (
          <li key={atMs} data-testid="firing" data-direction={direction.toLowerCase()}>
            {t(`firing.${direction}`, { time: formatDateTime(atMs, zone, lang) })}
          </li>
        ))}
      </ol>
      <p data-testid="affected">
        {t('form.affected', { points: preview.points.eligible, people: preview.residents })}
      </p>
    </Panel>
  );
}

function AskSchedule({ ask, preview }: { ask: ScheduleAsk; preview: SchedulePreview }) {
  const t = useTranslations('control.schedules.form');
  const live = useTranslations('live');
  const router = useRouter();
  const { state: connection } = useConnection();
  const act = useAct();
  // One key for this dry run: a second press of the button, or a repeat after a lost answer, makes no second schedule.
  const [requestKey] = useState(() => crypto.randomUUID());
  const [name, setName] = useState('');
  const [reason, setReason] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const order = { ...ask, name: name.trim(), reason: reason.trim(), requestKey };
    if (await act.run((client) => client.control.requestSchedule.mutate(order))) router.push('/control');
  };
  const blocked =
    connection === 'offline'
      ? live('controlOffline')
      : preview.overlaps !== null
        ? t('overlaps', { name: preview.overlaps })
        : preview.firings.length === 0
          ? t('never')
          : undefined;
  return (
    <Panel title={t('step2')} padded>
      <form className={styles.form} onSubmit={submit}>
        <p>{t('secondNeeded')}</p>
        <Field
          label={t('name')}
          value={name}
          maxLength={80}
          onChange={(event) => setName(event.target.value)}
        />
        <Field
          label={t('reason')}
          value={reason}
          maxLength={200}
          onChange={(event) => setReason(event.target.value)}
        />
        {act.refused && (
          <p role="alert" className={styles.refused}>
            {act.refused}
          </p>
        )}
        <Button
          type="submit"
          variant="primary"
          size="control"
          blockedBy={blocked}
          disabled={name.trim() === '' || reason.trim() === '' || act.busy}
          data-testid="ask-schedule"
        >
          {t('submit')}
        </Button>
      </form>
    </Panel>
  );
}
