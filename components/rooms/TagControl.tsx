'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { NoteDialog } from '../ui/NoteDialog';
import { useAct } from '../ui/useAct';
import type { RoomPoint } from './roomData';

/** A maintainer's own tag at a point: hang it before work, take it off after. */
export function TagControl({ roomCode, point }: { roomCode: string; point: RoomPoint }) {
  const t = useTranslations('control.tags');
  const act = useAct();
  const [open, setOpen] = useState(false);
  if (point.tags.some(({ mine }) => mine))
    return (
      <Button
        size="control"
        disabled={act.busy}
        onClick={() => void act.run((client) => client.control.takeTag.mutate({ pointCode: point.code }))}
        data-testid="take-tag"
      >
        {t('take')}
      </Button>
    );
  return (
    <>
      <Button size="control" onClick={() => setOpen(true)} data-testid="hang-tag">
        {t('hang')}
      </Button>
      {open && (
        <NoteDialog
          title={t('hangTitle', { place: roomCode })}
          words={t('hangWords')}
          noteLabel={t('noteLabel')}
          submit={t('hangButton')}
          send={(client, note) => client.control.hangTag.mutate({ pointCode: point.code, note })}
          onClose={() => setOpen(false)}
          testId="tag-dialog"
        />
      )}
    </>
  );
}
