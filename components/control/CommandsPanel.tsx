'use client';

import { useTranslations } from 'next-intl';
import type { LiveCommand } from '../../contracts/liveEvents';
import { commandTrackState } from '../../domain/supply/commandMachine';
import { useCommands } from '../live/hooks';
import { useAskers } from '../supply/useAskers';
import { useWhy } from '../supply/useWhy';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { PhoneFold } from '../ui/PhoneFold';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { RoomLink } from './RoomLink';

/** Every command of a day, newest first; its steps move by themselves. */
export function CommandsPanel({ commands }: { commands: readonly LiveCommand[] }) {
  const t = useTranslations('control.commands');
  const code = useCode();
  const askers = useAskers();
  const why = useWhy();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const live = new Map(useCommands().map((command) => [command.id, command]));
  const rows = commands.map((command) => {
    const moved = live.get(command.id);
    return moved && moved.changedAt >= command.changedAt ? moved : command;
  });
  return (
    <Panel title={t('title')} testId="commands">
      {rows.length === 0 ? (
        <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
      ) : (
        <PhoneFold n={rows.length}>
          <Table
            caption={t('title')}
            rows={rows}
            rowKey={({ id }) => id}
            cards
            rowProps={(row) => ({ 'data-testid': 'command', 'data-state': commandTrackState(row.state) })}
            columns={[
              {
                key: 'place',
                header: t('place'),
                rowHeader: true,
                cell: (row) =>
                  row.space === null ? row.point : <RoomLink space={row.space}>{row.point}</RoomLink>,
              },
              { key: 'action', header: t('action'), cell: (row) => code('commandAction', row.action) },
              {
                key: 'state',
                header: t('state'),
                cell: (row) => code('trackState', commandTrackState(row.state)),
              },
              { key: 'who', header: t('who'), cell: (row) => askers(row) },
              { key: 'why', header: t('why'), cell: (row) => why(row) || code('supplyReason', row.reason) },
              {
                key: 'when',
                header: t('when'),
                width: '130px',
                cell: (row) => formatMoment(row.createdAt, now, zone, lang),
              },
            ]}
          />
        </PhoneFold>
      )}
    </Panel>
  );
}
