'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ActDialog } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { Field } from '../ui/Field';
import { useAct } from '../ui/useAct';
import type { ControlOverview } from './controlTypes';

/** Takes off the tag of somebody who can't any more; who does it says how it is known that nobody works there. */
export function TakeLeftTag({ tag }: { tag: ControlOverview['tags'][number] }) {
  const t = useTranslations('control.tags');
  const act = useAct(['/note']);
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState('');
  const submit = async () => {
    const done = await act.run((client) =>
      client.control.takeLeftTag.mutate({ pointCode: tag.pointCode, owner: tag.by, note: note.trim() }),
    );
    if (done) setOpen(false);
  };
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)} data-testid="take-left-tag">
        {t('takeLeft')}
      </Button>
      {open && (
        <ActDialog
          title={t('takeLeftTitle', { name: tag.name, place: tag.pointCode })}
          description={t('takeLeftWords')}
          submit={t('take')}
          act={act}
          onSubmit={() => void submit()}
          onClose={() => setOpen(false)}
          testId="left-tag-dialog"
        >
          <Field
            label={t('takeLeftNote')}
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
