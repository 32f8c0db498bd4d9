'use client';

import { useTranslations } from 'next-intl';
import { formatMoment } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import { useLevelWords } from '../ui/useLevelWords';
import type { MyHome } from './meData';
import styles from './Notices.module.css';

/** What the room was told lately, newest first. */
export function Notices({ notices, currency }: { notices: MyHome['notices']; currency: string | undefined }) {
  const t = useTranslations('me');
  const rooms = useTranslations('rooms');
  const levelWords = useLevelWords(currency);
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  if (notices.length === 0) return null;
  const words = ({ kind, body }: MyHome['notices'][number]) => {
    const own = `notices.${kind}`;
    const incident = `incidents.${body.rule}`;
    if (t.has(own))
      return t(own, { incident: Number(body.alarm ?? 0), rule: t.has(incident) ? t(incident) : '' });
    return rooms.has(own) ? rooms(own, { level: levelWords(body) }) : kind;
  };
  return (
    <section aria-label={t('noticesTitle')} data-testid="notices">
      <h2 className={styles.title}>{t('noticesTitle')}</h2>
      <ul>
        {notices.map((notice) => (
          <li key={notice.id} className={styles.row} data-kind={notice.kind.toLowerCase()}>
            <Glyph name="bell" />
            <span>{words(notice)}</span>
            <time className="meta">{formatMoment(notice.atMs, now, zone, lang, false)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}
