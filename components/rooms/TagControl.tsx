'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ActDialog } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { useAct } from '../ui/useAct';
import type { RoomPoint } from './roomData';

/** A maintainer's own tag at a point: hang it before work, take it off after. */
export function TagControl({ roomCode, point }: { roomCode: string; point: RoomPoint }) {
  const t = useTranslations('control.tags');
  const act = useAct(['/note']);
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState('');
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
  const submit = async () => {
    const done = await act.run((client) =>
      client.control.hangTag.mutate({ pointCode: point.code, note: note.trim() }),
    );
    if (done) setOpen(false);
  };
  return (
    <>
      <Button size="control" onClick={() => setOpen(true)} data-testid="hang-tag">
        {t('hang')}
      </Button>
      {open && (
        <ActDialog
          title={t('hangTitle', { place: roomCode })}
          description={t('hangWords')}
          submit={t('hangButton')}
          act={act}
          onSubmit={() => void submit()}
          onClose={() => setOpen(false)}
          testId="tag-dialog"
        >
          <Field
            label={t('noteLabel')}
            value={note}
            maxLength={200}
            onChange={(event) => setNote(event.target.value)}
            error={act.errorAt('/note')}
          />
        </ActDialog>
      )}
    </>
  );
}
