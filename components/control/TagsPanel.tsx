'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Panel } from '../ui/Panel';
import { EmptyState } from '../ui/states';
import { Table } from '../ui/Table';
import { useAct } from '../ui/useAct';
import { useLang } from '../ui/useLang';
import styles from './Control.module.css';
import type { ControlOverview } from './controlTypes';
import { RoomLink } from './RoomLink';
import { TakeLeftTag } from './TakeLeftTag';

/** Maintenance tags that hang, with whose they are; one's own can be taken off here. */
export function TagsPanel({ tags, rights }: Pick<ControlOverview, 'tags' | 'rights'>) {
  const t = useTranslations('control.tags');
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const act = useAct();
  return (
    <Panel title={t('title')} meta={t('meta')} testId="tags">
      {act.refused && (
        <p role="alert" className={styles.refused}>
          {act.refused}
        </p>
      )}
      {tags.length === 0 ? (
        <EmptyState title={t('none')}>{t('noneWords')}</EmptyState>
      ) : (
        <Table
          caption={t('title')}
          rows={tags}
          rowKey={(tag) => `${tag.pointCode} ${tag.by}`}
          density="roomy"
          cards
          rowProps={(tag) => ({ 'data-testid': 'tag', 'data-point': tag.pointCode })}
          columns={[
            {
              key: 'place',
              header: t('place'),
              rowHeader: true,
              cell: (tag) => (
                <>
                  <RoomLink space={tag.space}>{tag.space}</RoomLink>
                  <small>{tag.pointCode}</small>
                </>
              ),
            },
            {
              key: 'who',
              header: t('who'),
              cell: (tag) => (tag.left ? t('leftBy', { name: tag.name }) : tag.name),
            },
            { key: 'note', header: t('note'), cell: (tag) => tag.note },
            {
              key: 'since',
              header: t('since'),
              width: '130px',
              cell: (tag) => formatMoment(tag.sinceMs, now, zone, lang, false),
            },
            {
              key: 'act',
              header: '',
              width: '104px',
              cell: (tag) =>
                rights.tag && tag.by === String(rights.userId) ? (
                  <Button
                    size="small"
                    disabled={act.busy}
                    onClick={() =>
                      void act.run((client) => client.control.takeTag.mutate({ pointCode: tag.pointCode }))
                    }
                  >
                    {t('take')}
                  </Button>
                ) : (
                  rights.restore && tag.left && <TakeLeftTag tag={tag} />
                ),
            },
          ]}
        />
      )}
    </Panel>
  );
}
