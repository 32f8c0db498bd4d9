'use client';

import { useTranslations } from 'next-intl';
import { AnswerRequest } from '../supply/AnswerRequest';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { Notice } from '../ui/states';
import { useActor } from '../ui/useActor';
import { useLang } from '../ui/useLang';
import type { RoomData } from './roomData';

/** Who asked for a restore in the room, why, and what was answered; with both answers for whoever may restore. */
export function RestoreRequests({ data }: { data: RoomData }) {
  const t = useTranslations('rooms');
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return data.points.flatMap(({ code, request }) => {
    if (!request) return [];
    const { refused } = request;
    const said = refused ?? request;
    return (
      <Notice
        key={code}
        strong={refused === null}
        testId="restore-request"
        action={
          refused === null && data.rights.restore ? (
            <AnswerRequest roomCode={data.code} pointCode={code} request={request} />
          ) : undefined
        }
      >
        {t(refused ? 'requestRefused' : 'requestWaits', {
          name: actor(said.by),
          code: data.code,
          time: formatMoment(said.atMs, now, zone, lang, false),
          reason: said.reason,
        })}
      </Notice>
    );
  });
}
