'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '../ui/Button';
import { NoteDialog } from '../ui/NoteDialog';
import type { ControlOverview } from './controlTypes';

/** Takes off the tag of somebody who can't any more; who does it says how it is known that nobody works there. */
export function TakeLeftTag({ tag }: { tag: ControlOverview['tags'][number] }) {
  const t = useTranslations('control.tags');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="small" onClick={() => setOpen(true)} data-testid="take-left-tag">
        {t('takeLeft')}
      </Button>
      {open && (
        <NoteDialog
          title={t('takeLeftTitle', { name: tag.name, place: tag.pointCode })}
          words={t('takeLeftWords')}
          noteLabel={t('takeLeftNote')}
          submit={t('take')}
          send={(client, note) =>
            client.control.takeLeftTag.mutate({ pointCode: tag.pointCode, owner: tag.by, note })
          }
          onClose={() => setOpen(false)}
          testId="left-tag-dialog"
        />
      )}
    </>
  );
}
