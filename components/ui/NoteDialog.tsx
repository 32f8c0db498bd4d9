'use client';

import { useState } from 'react';
import { ActDialog } from './ActDialog';
import { Field } from './Field';
import { type ActClient, useAct } from './useAct';

interface Props {
  title: string;
  /** What the act means for others. */
  words: string;
  /** Label of the note. */
  noteLabel: string;
  /** Label of the button that does it. */
  submit: string;
  /** The act; takes the note without spaces around it, and refuses one that it can't use at `/note`. */
  send: (client: ActClient, note: string) => Promise<unknown>;
  onClose: () => void;
  testId: string;
}

const NOTE_MAX_LENGTH = 200;

/** Asks for a note of one line and does the act with it; open until it is done or given up. */
export function NoteDialog({ title, words, noteLabel, submit, send, onClose, testId }: Props) {
  const act = useAct(['/note']);
  const [note, setNote] = useState('');
  const submitNote = async () => {
    if (await act.run((client) => send(client, note.trim()))) onClose();
  };
  return (
    <ActDialog
      title={title}
      description={words}
      submit={submit}
      act={act}
      onSubmit={() => void submitNote()}
      onClose={onClose}
      testId={testId}
    >
      <Field
        label={noteLabel}
        value={note}
        maxLength={NOTE_MAX_LENGTH}
        onChange={(event) => setNote(event.target.value)}
        error={act.errorAt('/note')}
      />
    </ActDialog>
  );
}
