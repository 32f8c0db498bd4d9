'use client';

import { useTranslations } from 'next-intl';
import { type ReactNode, useId } from 'react';
import { Button } from './Button';
import { Dialog } from './Dialog';
import styles from './FormDialog.module.css';

interface Props {
  title: ReactNode;
  eyebrow?: ReactNode;
  description?: ReactNode;
  placement?: 'dialog' | 'panel';
  /** What pressing the button does, in words. */
  submit: ReactNode;
  /** The button can't be pressed now. */
  disabled: boolean;
  submitTestId?: string;
  /** Size of the buttons; default `control`. */
  size?: 'control' | 'phone';
  /** Other buttons, between that one and Cancel. */
  more?: ReactNode;
  /** Also asked by Enter; whoever asks too early is not stopped here. */
  onSubmit: () => void;
  onClose: () => void;
  testId?: string;
  children: ReactNode;
}

/** A form in a dialog, open as long as it is rendered: its button and Enter submit it, Cancel and Esc close it. */
export function FormDialog({
  submit,
  disabled,
  submitTestId,
  size = 'control',
  more,
  onSubmit,
  onClose,
  children,
  ...dialog
}: Props) {
  const common = useTranslations('common');
  const form = useId();
  return (
    <Dialog
      {...dialog}
      open
      onOpenChange={(open) => !open && onClose()}
      actions={
        <>
          <Button
            type="submit"
            form={form}
            variant="primary"
            size={size}
            disabled={disabled}
            data-testid={submitTestId}
          >
            {submit}
          </Button>
          {more}
          <Button size={size} onClick={onClose}>
            {common('cancel')}
          </Button>
        </>
      }
    >
      <form
        id={form}
        className={styles.form}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        {children}
      </form>
    </Dialog>
  );
}
