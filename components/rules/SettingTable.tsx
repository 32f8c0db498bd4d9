'use client';

import { useTranslations } from 'next-intl';
import type { SettingForms } from '../../domain/detection/ruleSettings';
import { Table } from '../ui/Table';
import styles from './Rules.module.css';
import type { SettingVersion } from './ruleTypes';
import { useSettingWords } from './useSettingWords';

/** Each setting of a rule: its default, what it may be, and what holds on the campus where no place says otherwise. */
export function SettingTable({
  rule,
  forms,
  campus,
}: {
  rule: string;
  forms: SettingForms;
  campus: SettingVersion | null;
}) {
  const t = useTranslations('rules');
  const words = useSettingWords(rule);
  return (
    <Table
      caption={t('settings')}
      columns={[
        {
          key: 'name',
          header: t('setting'),
          rowHeader: true,
          cell: ([key]) => words.nameOf(key),
        },
        { key: 'default', header: t('defaultValue'), cell: ([key, form]) => words.usualOf(key, form) },
        { key: 'bounds', header: t('bounds'), cell: ([key, form]) => words.boundsOf(key, form) },
        {
          key: 'campus',
          header: t('campus'),
          cell: ([key]) => {
            const set = campus?.body[key];
            return set === undefined ? (
              <span className="quiet">{t('default')}</span>
            ) : (
              <b>{words.textOf(key, set)}</b>
            );
          },
        },
      ]}
      rows={Object.entries(forms)}
      rowKey={([key]) => key}
      rowProps={([key]) => ({ 'data-testid': 'rule-setting', 'data-setting': key })}
      cards
      className={styles.settings}
    />
  );
}
