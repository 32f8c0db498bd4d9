'use client';

import { useMutation } from '@tanstack/react-query';
import { usePathname, useSearchParams } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { useMemo, useRef, useState } from 'react';
import { useAlarms, useFlood } from '../live/hooks';
import { useTRPC } from '../live/trpc';
import { useControl } from '../supply/control';
import { classNames } from '../ui/classNames';
import { formatAge } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useNow } from '../ui/now';
import { Notice } from '../ui/states';
import { useLang } from '../ui/useLang';
import type { PaneActs } from './AlarmActions';
import { AlarmFilters } from './AlarmFilters';
import { AlarmNoteDialog } from './AlarmNoteDialog';
import { AlarmPane } from './AlarmPane';
import { AlarmRows } from './AlarmRows';
import { AlarmsFooter } from './AlarmsFooter';
import styles from './AlarmsWorkspace.module.css';
import { AssignDialog } from './AssignDialog';
import type { AlarmList } from './alarmData';
import { type AlarmFilter, filterFrom, isShown, queryOf } from './alarmFilter';
import { FloodBanner } from './FloodBanner';
import { foldIncidents, useFloodView } from './floodView';
import { HeldChargeDialog } from './HeldChargeDialog';
import { type AlarmRow, alarmedCauses, groupIncidents } from './incidents';
import { KeysDialog } from './KeysDialog';
import { LeftLately } from './LeftLately';
import { stopElement, stopFor, stopsOf, useKeptFocus } from './listStops';
import { NoAlarms } from './NoAlarms';
import { OutOfServiceDialog } from './OutOfServiceDialog';
import { ResetDialog } from './ResetDialog';
import { ShelveDialog } from './ShelveDialog';
import { useAcknowledge } from './useAcknowledge';
import { useAlarmList } from './useAlarmList';
import { useFitHeight } from './useFitHeight';
import { useHeldRows } from './useHeldRows';
import { useListKeys } from './useListKeys';
import { useSteadyRows } from './useSteadyRows';
import { useStillness } from './useStillness';

/** `/alarms` and `/alarms/[id]`: list and pane side by side on a desk, one of them on a phone. */
export function AlarmsWorkspace({ me, initial }: { me: string; initial: AlarmList }) {
  const t = useTranslations('alarms');
  const trpc = useTRPC();
  const path = usePathname();
  const filter = filterFrom(useSearchParams());
  const now = useNow();
  const alarms = useAlarms();
  const named = /^\/alarms\/(\d+)$/.exec(path)?.[1] ?? null;
  const list = useAlarmList(initial);
  const contexts = useMemo(
    () => new Map(list.contexts.map((context) => [context.id, context])),
    [list.contexts],
  );
  const all = useMemo(
    (): AlarmRow[] => alarms.map((alarm) => ({ alarm, context: contexts.get(alarm.id) ?? null })),
    [alarms, contexts],
  );
  const shown = all.filter(({ alarm }) => isShown(alarm, filter, me, now));
  const first = shown.filter(({ alarm }) => alarm.priority === 1);
  const others = shown.filter(({ alarm }) => alarm.priority !== 1);

  const rowsBox = useRef<HTMLDivElement>(null);
  const heldPx = useRef(0);
  const still = useStillness(rowsBox, heldPx);
  const steady = useSteadyRows(others, useFlood(), still.active);
  const view = useFloodView(steady.flood);
  const causes = useMemo(() => alarmedCauses(all), [all]);
  const incidents = view.folded
    ? foldIncidents(steady.rows, causes, view.open)
    : groupIncidents(steady.rows, causes);
  const p1 = first.map((row) => ({ key: row.alarm.id, cause: null, rows: [row] }));
  const order = stopsOf([...p1, ...incidents]);
  const listed = first.length + steady.rows.length;

  const [focusedStop, setFocusedStop] = useState<string | null>(null);
  const focused = stopFor(order, incidents, focusedStop);
  const [top] = first.length > 0 ? first : (incidents[0]?.rows ?? []);
  const selected = named ?? top?.alarm.id ?? null;
  const [dialog, setDialog] = useState<
    | { kind: 'SHELVE' | 'RESET' | 'RELEASE_CHARGE' | 'OUT_OF_SERVICE' | 'ASSIGN' | 'NOTE'; row: AlarmRow }
    | { kind: 'KEYS' }
    | null
  >(null);
  const ack = useAcknowledge();
  const { arm } = useControl();
  const unshelve = useMutation(trpc.alarms.unshelve.mutationOptions());
  const returnToService = useMutation(trpc.alarms.returnToService.mutationOptions());
  const frame = useRef<HTMLDivElement>(null);
  useFitHeight(frame);
  useHeldRows(rowsBox, first.length, still.active, heldPx);
  const keptFocus = useKeptFocus(frame, focused);

  const acts: PaneActs = {
    select: (id) => show(`/alarms/${id}${queryOf(filter)}`),
    acknowledge: ack.send,
    cut: (row) => {
      const point = row.context?.point;
      if (!point) return;
      arm({
        pointCode: point.code,
        roomCode: point.spaceCode,
        direction: 'CUT',
        alarm: { id: Number(row.alarm.id), rule: row.alarm.rule },
      });
    },
    assign: (row) => setDialog({ kind: 'ASSIGN', row }),
    note: (row) => setDialog({ kind: 'NOTE', row }),
    shelve: (row) => setDialog({ kind: 'SHELVE', row }),
    unshelve: (id) => unshelve.mutate({ id: Number(id) }),
    reset: (row) => setDialog({ kind: 'RESET', row }),
    releaseCharge: (row) => setDialog({ kind: 'RELEASE_CHARGE', row }),
    outOfService: (row) => setDialog({ kind: 'OUT_OF_SERVICE', row }),
    returnToService: (id) => returnToService.mutate({ id: Number(id) }),
  };
  const keys = useListKeys({
    order,
    focused,
    acts,
    onFocus: (id) => {
      setFocusedStop(id);
      stopElement(frame.current, id)?.focus();
    },
    onFilter: () => frame.current?.querySelector<HTMLElement>('[data-chip]')?.focus(),
    onHelp: () => setDialog({ kind: 'KEYS' }),
    isAcknowledging: (id) => ack.pending.has(id),
  });
  const setFilter = (change: Partial<AlarmFilter>) =>
    window.history.replaceState(null, '', `${path}${queryOf({ ...filter, ...change })}`);
  const rowProps = {
    selected,
    focused,
    acknowledging: ack.pending,
    acts,
    onFocusStop: setFocusedStop,
    onToggle: view.toggle,
    onKeyDown: keys.onKeyDown,
  };
  const paneRow = selected === null ? null : (all.find(({ alarm }) => alarm.id === selected) ?? null);

  return (
    <div ref={frame} className={styles.frame} data-named={named !== null}>
      <div className={styles.left}>
        <h1 className="visually-hidden">{t('title')}</h1>
        <AlarmFilters all={all} filter={filter} me={me} onChange={setFilter} />
        {ack.refusal && <Notice strong>{ack.refusal}</Notice>}
        <div className={styles.list} data-testid="alarm-list" {...keptFocus}>
          <div className={styles.p1} data-testid="p1-region">
            <AlarmRows {...rowProps} incidents={p1} label={t('p1Region')} withHead />
            {first.length === 0 && <p className={styles.noP1}>{t('noP1')}</p>}
          </div>
          {steady.flood && <FloodBanner raw={!view.folded} onRaw={view.setRaw} />}
          <div
            ref={rowsBox}
            className={styles.rows}
            // Without a row the keyboard could not scroll to what left lately.
            {...(listed === 0 ? { role: 'region', 'aria-label': t('title'), tabIndex: 0 } : {})}
            onPointerEnter={still.onEnter}
            onPointerLeave={still.onLeave}
          >
            {steady.arrivals > 0 && (
              <button
                type="button"
                className={styles.arrivals}
                onClick={steady.settle}
                data-testid="new-arrivals"
              >
                {t('arrivals', { n: steady.arrivals })}
              </button>
            )}
            <AlarmRows {...rowProps} incidents={incidents} gone={steady.gone} label={t('title')} />
            {listed === 0 && <NoAlarms list={list} filtered={queryOf(filter) !== ''} />}
            {queryOf(filter) === '' && <LeftLately list={list} />}
            {listed > 0 && <Count shown={listed} all={all.length} asOfMs={list.asOfMs} />}
          </div>
          <AlarmsFooter all={all} onKeys={() => setDialog({ kind: 'KEYS' })} />
        </div>
      </div>
      <div className={styles.right}>
        <a
          className={styles.back}
          href={`/alarms${queryOf(filter)}`}
          onClick={(event) => {
            event.preventDefault();
            show(`/alarms${queryOf(filter)}`);
          }}
        >
          <Glyph name="back" /> {t('title')}
        </a>
        {selected !== null && (
          <AlarmPane
            key={selected}
            id={selected}
            row={paneRow}
            acknowledging={ack.pending.has(selected)}
            acts={acts}
          />
        )}
      </div>
      {dialog?.kind === 'SHELVE' && <ShelveDialog row={dialog.row} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'RESET' && <ResetDialog row={dialog.row} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'RELEASE_CHARGE' && (
        <HeldChargeDialog row={dialog.row} onClose={() => setDialog(null)} />
      )}
      {dialog?.kind === 'OUT_OF_SERVICE' && (
        <OutOfServiceDialog row={dialog.row} onClose={() => setDialog(null)} />
      )}
      {dialog?.kind === 'ASSIGN' && <AssignDialog row={dialog.row} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'NOTE' && <AlarmNoteDialog row={dialog.row} onClose={() => setDialog(null)} />}
      {dialog?.kind === 'KEYS' && (
        <KeysDialog enabled={keys.enabled} onEnabled={keys.enable} onClose={() => setDialog(null)} />
      )}
    </div>
  );
}

/** Changes the address without asking the server: list and pane stand in one layout. */
function show(href: string): void {
  window.history.pushState(null, '', href);
}

function Count({ shown, all, asOfMs }: { shown: number; all: number; asOfMs: number }) {
  const t = useTranslations('alarms');
  const lang = useLang();
  const now = useNow();
  return (
    <p className={classNames('meta', styles.count)}>
      {t('count', { n: shown, all, age: formatAge(Math.max(0, now - asOfMs), lang) })}
    </p>
  );
}
