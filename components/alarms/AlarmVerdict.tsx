'use client';

import { useQueryClient } from '@tanstack/react-query';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import {
  ALARM_VERDICTS,
  countedVerdicts,
  needsNote,
  precisionOf,
  type AlarmVerdict as Verdict,
} from '../../domain/alarms/alarmVerdict';
import { ActDialog } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { TextField } from '../ui/Field';
import { formatPercent } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { useOpens } from '../ui/useOpens';
import paneStyles from './AlarmPane.module.css';
import styles from './AlarmVerdict.module.css';
import type { AlarmDetail } from './alarmData';

/** What people said of it, the buttons to say so, and how often its rule was right lately in this building. */
export function AlarmVerdict({ detail, mayJudge }: { detail: AlarmDetail; mayJudge: boolean }) {
  const t = useTranslations('alarms.verdict');
  const code = useCode();
  const alarms = useTranslations('alarms');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const opens = useOpens();
  const [chosen, setChosen] = useState<{ verdict: Verdict; seenCount: number } | null>(null);
  const { newest, counts, building } = detail.verdicts;
  const share = precisionOf(counts);
  const place = {
    rule: code('alarmRule', detail.alarm.rule),
    place: building === null ? alarms('wholeCampus') : t('building', { code: building }),
  };
  return (
    <div
      className={paneStyles.part}
      data-testid="alarm-verdict"
      data-verdict={newest?.verdict.toLowerCase() ?? 'none'}
    >
      <h2>{t('title')}</h2>
      <p className={paneStyles.soft}>
        {newest
          ? t('newest', {
              verdict: t(`kinds.${newest.verdict}`),
              name: newest.by,
              time: formatMoment(newest.atMs, now, zone, lang),
              because: newest.note === '' ? '' : t('because', { note: newest.note }),
            })
          : t('none')}
      </p>
      {mayJudge && detail.ownAlarm && <p className="meta">{code('refusal', 'OWN_ALARM')}</p>}
      {mayJudge && !detail.ownAlarm && (
        <div className={styles.buttons}>
          {ALARM_VERDICTS.map((verdict) => (
            <Button
              key={verdict}
              size="control"
              onClick={() => setChosen({ verdict, seenCount: detail.alarm.count })}
              data-testid={`judge-${verdict.toLowerCase()}`}
            >
              {t(`kinds.${verdict}`)}
            </Button>
          ))}
        </div>
      )}
      <p className="meta" data-testid="precision" data-judged={countedVerdicts(counts)}>
        {share === null
          ? t('noPrecision', place)
          : t('precision', { ...place, share: formatPercent(share * 100), n: countedVerdicts(counts) })}{' '}
        {opens('/admin') && (
          <Link className={styles.rule} href={`/admin/rules?rule=${encodeURIComponent(detail.alarm.rule)}`}>
            {t('toRule')}
          </Link>
        )}
      </p>
      {chosen && (
        <JudgeDialog
          alarmId={Number(detail.alarm.id)}
          {...chosen}
          allowance={chosen.verdict === 'FALSE' || chosen.verdict === 'NUISANCE' ? detail.allowance : null}
          onClose={() => setChosen(null)}
        />
      )}
    </div>
  );
}

function JudgeDialog({
  alarmId,
  verdict,
  seenCount,
  allowance,
  onClose,
}: {
  alarmId: number;
  verdict: Verdict;
  /** How often it had come when the verdict was chosen; what comes while the dialog is open is not judged by it. */
  seenCount: number;
  allowance: AlarmDetail['allowance'];
  onClose: () => void;
}) {
  const t = useTranslations('alarms.verdict');
  const act = useAct(['/note']);
  const router = useRouter();
  const queries = useQueryClient();
  const [note, setNote] = useState('');
  const [allow, setAllow] = useState(false);
  const submit = async () => {
    const done = await act.run((client) =>
      client.alarms.judge.mutate({ id: alarmId, verdict, note: note.trim(), seenCount }),
    );
    if (!done) {
      // The page may show what is no longer so.
      void queries.invalidateQueries();
      return;
    }
    onClose();
    if (allow) router.push(`/admin/rules?rule=FORBIDDEN_LOAD&alarm=${alarmId}`);
  };
  return (
    <ActDialog
      title={t('dialogTitle', { verdict: t(`kinds.${verdict}`) })}
      description={t('dialogWords')}
      submit={t('submit')}
      act={act}
      onSubmit={() => void submit()}
      onClose={onClose}
      testId="judge-dialog"
    >
      <TextField
        label={t('note')}
        hint={needsNote(verdict) ? t('noteHint') : t('noteOptional')}
        value={note}
        maxLength={200}
        onChange={(event) => setNote(event.target.value)}
        error={act.errorAt('/note')}
      />
      {allowance && (
        <label className={styles.allow}>
          <input
            type="checkbox"
            checked={allow}
            onChange={(event) => setAllow(event.target.checked)}
            data-testid="allow-band"
          />
          <span>
            {t('allow', { space: allowance.space, from: String(allowance.fromW), to: String(allowance.toW) })}
          </span>
        </label>
      )}
    </ActDialog>
  );
}
