'use client';

import dynamic from 'next/dynamic';
import Link from 'next/link';
import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/Button';
import { formatPower } from '../ui/format';
import { formatMoment } from '../ui/formatTime';
import { Glyph } from '../ui/glyphs';
import { useCampusZone, useNow } from '../ui/now';
import { useLang } from '../ui/useLang';
import { useLevelWords } from '../ui/useLevelWords';
import type { MyNotice } from './meData';
import styles from './Notices.module.css';

/** Notices, one to a row. */
export function NoticeRows({
  room,
  notices,
  currency,
}: {
  room: string;
  notices: readonly MyNotice[];
  currency: string | undefined;
}) {
  const t = useTranslations('me');
  const rooms = useTranslations('rooms');
  const levelWords = useLevelWords(currency);
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  const words = ({ kind, body }: MyNotice) => {
    const own = `notices.${kind}`;
    const incident = `incidents.${body.rule}`;
    const rule = t.has(incident) ? t(incident) : '';
    if (t.has(own))
      return t(own, {
        incident: Number(body.alarm ?? 0),
        rule,
        cause:
          typeof body.power === 'number' && typeof body.limit === 'number'
            ? t('tripOver', {
                rule,
                power: formatPower(body.power, 'room'),
                limit: formatPower(body.limit, 'room'),
              })
            : rule,
        verdict: String(body.verdict ?? ''),
        valve: String(body.valve ?? false),
      });
    return rooms.has(own) ? rooms(own, { level: levelWords(body) }) : kind;
  };
  return (
    <ul>
      {notices.map((notice) => (
        <li key={notice.id} className={styles.row} data-kind={notice.kind.toLowerCase()}>
          <Glyph name="bell" />
          <span>
            {words(notice)}
            {notice.kind === 'DISPUTE_DECIDED' && typeof notice.body.chargedMs === 'number' && (
              <Link
                className={styles.link}
                prefetch={false}
                href={`/me/usage?room=${encodeURIComponent(room)}&step=day&at=${notice.body.chargedMs}`}
              >
                {t('chargesThen')}
              </Link>
            )}
            {notice.appeal && <Appeal room={room} notice={notice} appeal={notice.appeal} />}
          </span>
          <time className="meta">{formatMoment(notice.atMs, now, zone, lang, false)}</time>
        </li>
      ))}
    </ul>
  );
}

/** Fetched when somebody contests: nobody else waits for it. */
const AppealDialog = dynamic(() => import('./AppealDialog').then((file) => file.AppealDialog), {
  ssr: false,
});

/** What came of contesting a forbidden load, or the way to it. */
function Appeal({
  room,
  notice,
  appeal,
}: {
  room: string;
  notice: MyNotice;
  appeal: NonNullable<MyNotice['appeal']>;
}) {
  const t = useTranslations('me.appeal');
  const [open, setOpen] = useState(false);
  const [sent, setSent] = useState(false);
  const outcome = useRef<HTMLSpanElement>(null);
  const contested = appeal.state !== null;
  // The button that had the focus is gone: what stands in its place takes it.
  useEffect(() => {
    if (sent && contested) outcome.current?.focus();
  }, [sent, contested]);
  if (appeal.state !== null)
    return (
      <span
        ref={outcome}
        tabIndex={-1}
        className={styles.appeal}
        data-testid="appeal"
        data-state={appeal.state.toLowerCase()}
      >
        {t(`states.${appeal.state}`)}
      </span>
    );
  return (
    <span className={styles.appeal}>
      <Button size="control" onClick={() => setOpen(true)} data-testid="appeal-open">
        {t('open')}
      </Button>
      {open && (
        <AppealDialog
          room={room}
          noticeId={notice.id}
          stepW={appeal.stepW}
          onSent={() => setSent(true)}
          onClose={() => setOpen(false)}
        />
      )}
    </span>
  );
}
