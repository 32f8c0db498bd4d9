'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { type FormEvent, useEffect, useId, useState } from 'react';
import { useConnection } from '../live/LiveProvider';
import { refusalOf } from '../live/refusal';
import { useTRPC, useTRPCClient } from '../live/trpc';
import { Button } from '../ui/Button';
import { Dialog, FactList } from '../ui/Dialog';
import { CheckField, Field, SelectField } from '../ui/Field';
import { formatPower } from '../ui/format';
import { formatAge, formatStopwatch } from '../ui/formatTime';
import { BreakerGlyph } from '../ui/glyphs';
import { useNow } from '../ui/now';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './ArmPanel.module.css';
import type { ArmRequest } from './control';
import { useRefusalWords } from './useRefusalWords';

/** A second press where Cut was must not confirm: the button wakes up after this. */
const CONFIRM_AFTER_MS = 700;
const CUT_REASONS = ['WORKS', 'HAZARD', 'RESIDENT_ASKED', 'TESTING', 'OTHER'] as const;
const RESTORE_REASONS = ['CHECKED', 'WORKS_DONE', 'RESIDENT_ASKED', 'TESTING', 'OTHER'] as const;
/** A restore after one of these needs to know who looked at the place. */
const SITE_CHECK_REASONS = new Set(['SAFETY', 'LOCAL_TRIP', 'LOCKOUT']);

/**
 * The control panel of one point: second of the two taps. While it is open the point is reserved, so that others see the
 * name. It says what is measured, who lives there and what stands against it before anything moves.
 */
export function ArmPanel({ request, onClose }: { request: ArmRequest; onClose: () => void }) {
  const t = useTranslations('supply');
  const common = useTranslations('common');
  const code = useCode();
  const words = useRefusalWords();
  const lang = useLang();
  const now = useNow();
  const trpc = useTRPC();
  const client = useTRPCClient();
  const queries = useQueryClient();
  const { state: connection } = useConnection();
  const form = useId();
  const cut = request.direction === 'CUT';

  const room = useQuery(trpc.rooms.get.queryOptions({ code: request.roomCode }, { staleTime: 0 }));
  const point = room.data?.points.find(({ code: pointCode }) => pointCode === request.pointCode);
  const lease = useLease(request.pointCode);
  const awake = useAwake();

  const reasons: readonly string[] = cut ? CUT_REASONS : RESTORE_REASONS;
  const [reason, setReason] = useState(request.alarm ? 'ALARM' : reasons[0]!);
  const [note, setNote] = useState('');
  const [checkedBy, setCheckedBy] = useState('');
  const needsCheck =
    !cut &&
    (point?.holds.some((held) => SITE_CHECK_REASONS.has(held.reason)) || (point?.tags.length ?? 0) > 0);
  const described = (reason !== 'OTHER' || note.trim() !== '') && (!needsCheck || checkedBy.trim() !== '');

  const send = useMutation(
    trpc.commands.request.mutationOptions({
      onSuccess: ({ commandId }) => {
        void queries.invalidateQueries({ queryKey: trpc.rooms.get.queryKey({ code: request.roomCode }) });
        void queries.invalidateQueries({ queryKey: trpc.alarms.pathKey() });
        void queries.invalidateQueries({ queryKey: trpc.control.waiting.queryKey() });
        // A command shows its track on the page; where none was needed, the panel itself says what was done.
        if (commandId !== null) close();
      },
    }),
  );
  const close = () => {
    void client.commands.release.mutate({ pointCode: request.pointCode }).catch(() => undefined);
    onClose();
  };

  const check = point?.checks[cut ? 'cut' : 'restore'];
  const asksMapping = check?.verdict === 'CONFIRM';
  // A cut out of a hazard waits for no confirmation.
  const hurry = cut && request.alarm !== undefined;
  const [mappingConfirmed, setMappingConfirmed] = useState(false);
  const allowed = check?.verdict === 'ALLOWED' || check?.verdict === 'WAIT' || asksMapping;
  const complete = described && (!asksMapping || mappingConfirmed || hurry);
  const offline = connection === 'offline';
  const ready = awake && allowed && complete && lease.untilMs !== null && lease.untilMs > now && !offline;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!ready || send.isPending) return;
    const reasonText = reason === 'ALARM' ? request.alarm!.rule : reason;
    const text = [reasonText, note.trim(), needsCheck ? checkedBy.trim() : ''].filter(Boolean).join(': ');
    send.mutate({
      pointCode: request.pointCode,
      action: cut ? 'disconnect' : 'connect',
      reason: text.slice(0, 200),
      ...(request.alarm && cut ? { alarmId: request.alarm.id } : {}),
      ...(mappingConfirmed ? { mappingConfirmed } : {}),
      ...(request.answersRequest === undefined ? {} : { answersRequest: request.answersRequest }),
    });
  };

  const age = point?.lastRxMs == null ? null : formatAge(now - point.lastRxMs, lang);
  const failed = send.error ? refusalOf(send.error) : null;
  const unswitched = send.data?.commandId === null ? send.data : null;
  const holdOnly = check?.warnings.includes('HOLD_ADDED') === true && request.alarm === undefined;
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      testId="arm-panel"
      eyebrow={
        lease.refusal ? (
          <span>{words(lease.refusal.reason, lease.refusal.details)}</span>
        ) : (
          <>
            <span>{lease.untilMs === null ? t('reserving') : t('reserved')}</span>
            {lease.untilMs !== null && (
              <b data-testid="lease-left">{formatStopwatch(lease.untilMs - now, lang)}</b>
            )}
          </>
        )
      }
      title={
        <>
          <BreakerGlyph state={cut ? 'open' : 'closed'} size="28px" />
          {t(holdOnly ? 'holdTitle' : cut ? 'cutTitle' : 'restoreTitle', { place: request.roomCode })}
        </>
      }
      actions={
        unswitched ? (
          <Button size="phone" variant="primary" onClick={close}>
            {common('close')}
          </Button>
        ) : (
          <>
            <Button
              type="submit"
              form={form}
              variant="primary"
              size="phone"
              breaker={cut ? 'open' : 'closed'}
              disabled={!ready || send.isPending}
              data-testid="confirm"
            >
              {t(holdOnly ? 'confirmHold' : cut ? 'confirmCut' : 'confirmRestore')}
            </Button>
            <Button size="phone" onClick={close}>
              {common('cancel')}
            </Button>
          </>
        )
      }
    >
      {unswitched ? (
        <p role="status" data-testid={'held' in unswitched ? 'hold-added' : 'hold-lifted'}>
          {'held' in unswitched
            ? t('holdAdded', { reason: code('supplyReason', unswitched.held) })
            : t('holdLifted')}
        </p>
      ) : (
        <form id={form} onSubmit={submit} className={styles.form}>
          <FactList
            facts={[
              {
                term: t('loadNow'),
                fact: point ? (
                  <>
                    {point.values?.powerW != null && <b>{formatPower(point.values.powerW, 'room')}</b>}
                    {point.values?.powerW != null && t('comma')}
                    {t('measuredAgo', { position: lower(code('position', point.observed)), age: age ?? '—' })}
                  </>
                ) : (
                  '…'
                ),
              },
              {
                term: t('residents'),
                fact: room.data
                  ? t('residentsWords', { n: room.data.residents, protection: point?.protection ?? 'NONE' })
                  : '…',
              },
              {
                term: t('blocks'),
                fact: check ? (
                  <span data-testid="arm-check" data-verdict={check.verdict.toLowerCase()}>
                    {check.verdict === 'ALLOWED'
                      ? t('nothingAgainst')
                      : words(check.reason ?? '', check.facts)}
                  </span>
                ) : (
                  '…'
                ),
                note: check && allowed ? notesOf(check.warnings) : undefined,
              },
            ]}
          />
          <SelectField label={t('reason')} value={reason} onChange={(event) => setReason(event.target.value)}>
            {request.alarm && (
              <option value="ALARM">
                {t('reasonFromAlarm', { rule: code('alarmRule', request.alarm.rule) })}
              </option>
            )}
            {reasons.map((each) => (
              <option key={each} value={each}>
                {t(`reasons.${each}`)}
              </option>
            ))}
          </SelectField>
          {reason === 'OTHER' && (
            <Field
              label={t('note')}
              value={note}
              maxLength={120}
              onChange={(event) => setNote(event.target.value)}
            />
          )}
          {needsCheck && (
            <Field
              label={t('checkedBy')}
              hint={t('checkedByHint')}
              value={checkedBy}
              maxLength={80}
              onChange={(event) => setCheckedBy(event.target.value)}
            />
          )}
          {asksMapping && (
            <CheckField
              label={t('mappingConfirmed', { place: request.roomCode, meter: point?.meterCode ?? '' })}
              checked={mappingConfirmed}
              onChange={(event) => setMappingConfirmed(event.target.checked)}
            />
          )}
          {failed && (
            <p role="alert" className={styles.failed} data-testid="arm-refusal" data-reason={failed.reason}>
              {words(failed.reason, failed.details)}
            </p>
          )}
          {offline && <p className={styles.failed}>{t('offline')}</p>}
          <p className="meta">{t(holdOnly ? 'holdFoot' : cut ? 'cutFoot' : 'restoreFoot')}</p>
        </form>
      )}
    </Dialog>
  );

  function notesOf(warnings: readonly string[]): string {
    // A cut out of an alarm is sent also where supply is off.
    const shown = warnings.map((each) => (each === 'HOLD_ADDED' && !holdOnly ? 'ALREADY_OPEN' : each));
    if (shown.length > 0) return shown.map((each) => words(each)).join(t('comma'));
    if (!cut) return t('restoreNote');
    return request.alarm ? t('safetyNote') : t('undoNote');
  }
}

/** A word inside a sentence; Chinese has no capitals. */
const lower = (word: string): string => word.toLowerCase();

/** Reserves the point while mounted. A refusal names who has it. */
function useLease(pointCode: string) {
  const client = useTRPCClient();
  const [untilMs, setUntilMs] = useState<number | null>(null);
  const [refusal, setRefusal] = useState<ReturnType<typeof refusalOf> | null>(null);
  useEffect(() => {
    let current = true;
    client.commands.arm.mutate({ pointCode }).then(
      (lease) => current && setUntilMs(lease.untilMs),
      (error: unknown) => current && setRefusal(refusalOf(error)),
    );
    return () => {
      current = false;
    };
  }, [client, pointCode]);
  return { untilMs, refusal };
}

function useAwake(): boolean {
  const [awake, setAwake] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setAwake(true), CONFIRM_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  return awake;
}
