'use client';

import { useTranslations } from 'next-intl';
import { AnswerRequest } from '../supply/AnswerRequest';
import { useWaiting } from '../supply/useWaiting';
import { ButtonLink } from '../ui/Button';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useActor } from '../ui/useActor';
import { useLang } from '../ui/useLang';
import { RoomLink } from './RoomLink';
import { useWaitingWords } from './useWaitingWords';

/** What waits for the viewer as a second person, what runs out first; hidden from whoever never decides anything. */
export function WaitingPanel() {
  const t = useTranslations('control.waiting');
  const words = useWaitingWords();
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const items = useWaiting();
  if (items === null) return null;
  return (
    <Panel title={t('title')} meta={t('meta')} testId="waiting">
      {items.length === 0 ? (
        <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
      ) : (
        <Table
          caption={t('title')}
          rows={items}
          rowKey={({ kind, id }) => `${kind} ${id}`}
          density="roomy"
          cards
          rowProps={({ kind }) => ({ 'data-testid': 'waiting-item', 'data-kind': kind.toLowerCase() })}
          columns={[
            {
              key: 'what',
              header: t('what'),
              rowHeader: true,
              cell: (item) => (
                <>
                  {words(item).title}
                  <small>{item.reason}</small>
                </>
              ),
            },
            {
              key: 'place',
              header: t('place'),
              width: '220px',
              cell: (item) =>
                item.kind === 'RESTORE' ? (
                  <RoomLink space={item.space}>{item.space}</RoomLink>
                ) : (
                  words(item).place
                ),
            },
            { key: 'who', header: t('who'), width: '160px', cell: ({ by }) => actor(by) },
            {
              key: 'when',
              header: t('when'),
              width: '190px',
              cell: ({ atMs, dueMs }) => (
                <>
                  {formatMoment(atMs, now, zone, lang, false)}
                  {dueMs !== null && (
                    <small>{t('until', { time: formatMoment(dueMs, now, zone, lang, false) })}</small>
                  )}
                </>
              ),
            },
            {
              key: 'decide',
              header: '',
              width: '180px',
              wideCard: true,
              cell: (item) =>
                item.kind === 'RESTORE' ? (
                  <AnswerRequest roomCode={item.space} pointCode={item.pointCode} request={item} />
                ) : (
                  <ButtonLink
                    size="small"
                    href={words(item).href}
                    aria-label={t('decideNamed', { what: words(item).title, place: words(item).place })}
                  >
                    {t('decide')}
                  </ButtonLink>
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
