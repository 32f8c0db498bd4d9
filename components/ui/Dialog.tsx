'use client';

import { useTranslations } from 'next-intl';
import { Dialog as Radix } from 'radix-ui';
import { type ReactNode, useRef } from 'react';
import styles from './Dialog.module.css';
import { Glyph } from './glyphs';

interface Props {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** Small words above the title, e.g. who reserved it. */
  eyebrow?: ReactNode;
  /** One sentence under the title. */
  description?: ReactNode;
  /** `dialog` in the middle; `panel` at the right edge (400 px). On a phone both are a sheet at the bottom. */
  placement?: 'dialog' | 'panel';
  children?: ReactNode;
  /** Buttons at the foot. On a phone Confirm sits left and Cancel right. */
  actions?: ReactNode;
  /** False leaves the page behind usable (a panel beside a map). */
  modal?: boolean;
  testId?: string;
}

/**
 * Dialog, side panel and phone sheet in one, with a focus trap and Esc. It begins below the alarm bar: no dialog covers it. A field
 * with a list of its own to close (`data-escape="own"`) takes Esc first.
 */
export function Dialog({
  open,
  onOpenChange,
  title,
  eyebrow,
  description,
  placement = 'dialog',
  children,
  actions,
  modal = true,
  testId,
}: Props) {
  const t = useTranslations('common');
  const opener = useRef<Element | null>(null);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange} modal={modal}>
      <Radix.Portal>
        {modal && <Radix.Overlay className={styles.scrim} />}
        <Radix.Content
          className={placement === 'panel' ? styles.panel : styles.dialog}
          data-testid={testId}
          {...(description ? {} : { 'aria-describedby': undefined })}
          onOpenAutoFocus={() => {
            opener.current = document.activeElement;
          }}
          // Radix gives the focus back to a trigger of its own, which a dialog that a page opens does not have.
          onCloseAutoFocus={(event) => {
            event.preventDefault();
            if (modal || document.activeElement === document.body)
              (opener.current as HTMLElement | null)?.focus();
          }}
          onEscapeKeyDown={(event) => {
            if ((event.target as HTMLElement).dataset.escape === 'own') event.preventDefault();
          }}
          onInteractOutside={modal ? undefined : (event) => event.preventDefault()}
        >
          <div className={styles.top}>
            {eyebrow && <div className={styles.eyebrow}>{eyebrow}</div>}
            <div className={styles.titleRow}>
              <Radix.Title className={styles.title}>{title}</Radix.Title>
              <Radix.Close className={styles.close} aria-label={t('close')}>
                <Glyph name="close" />
              </Radix.Close>
            </div>
            {description && (
              <Radix.Description className={styles.description}>{description}</Radix.Description>
            )}
          </div>
          <div className={styles.body}>{children}</div>
          {actions && <div className={styles.actions}>{actions}</div>}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}

/** Facts inside a dialog: term left, words right, 48 px rows. */
export function FactList({
  facts,
}: {
  facts: readonly { term: ReactNode; fact: ReactNode; note?: ReactNode }[];
}) {
  return (
    <dl className={styles.facts}>
      {facts.map(({ term, fact, note }, index) => (
        <div key={index}>
          <dt>{term}</dt>
          <dd>
            {fact}
            {note && <small>{note}</small>}
          </dd>
        </div>
      ))}
    </dl>
  );
}
