'use client';

import { useTranslations } from 'next-intl';
import { Dialog } from '../ui/Dialog';
import { CheckField } from '../ui/Field';
import styles from './Dialogs.module.css';

const KEYS = ['j', 'k', 'Enter', 'a', 's', 'h', 'g', 'n', 'x', '/', '?'] as const;
const NAMES: Record<(typeof KEYS)[number], string> = {
  j: 'next',
  k: 'previous',
  Enter: 'open',
  a: 'acknowledge',
  s: 'silence',
  h: 'shelve',
  g: 'assign',
  n: 'note',
  x: 'cut',
  '/': 'filter',
  '?': 'help',
};

/** What the keys of the list do, and the switch that turns them off. */
export function KeysDialog({
  enabled,
  onEnabled,
  onClose,
}: {
  enabled: boolean;
  onEnabled: (enabled: boolean) => void;
  onClose: () => void;
}) {
  const t = useTranslations('alarms');
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('keysTitle')}
      description={t('keysWords')}
      testId="keys-dialog"
    >
      <div className={styles.form}>
        <dl className={styles.keys}>
          {KEYS.map((key) => (
            <div key={key} style={{ display: 'contents' }}>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{t(`keys.${NAMES[key]}`)}</dd>
            </div>
          ))}
        </dl>
        <CheckField
          label={t('keysOn')}
          checked={enabled}
          onChange={(event) => onEnabled(event.target.checked)}
        />
      </div>
    </Dialog>
  );
}
