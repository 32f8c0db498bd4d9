'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import { RULE_SETTINGS } from '../../domain/detection/ruleSettings';
import { Button } from '../ui/Button';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useActor } from '../ui/useActor';
import { useLang } from '../ui/useLang';
import { ProposeDialog } from './ProposeDialog';
import styles from './Rules.module.css';
import type { SettingVersion } from './ruleTypes';
import { changesOf, placesOf } from './settingVersions';
import { useSettingWords } from './useSettingWords';

/** What the rule is set to where, and what each version changed against the one before. */
export function SettingsPart({
  rule,
  settings,
  mayPropose,
}: {
  rule: AlarmRuleCode;
  settings: readonly SettingVersion[];
  mayPropose: boolean;
}) {
  const t = useTranslations('rules');
  const words = useSettingWords();
  const [at, setAt] = useState<{ space: string | null; fixed: boolean } | null>(null);
  if (!RULE_SETTINGS[rule]) return <p className={styles.words}>{t('noSettings')}</p>;
  return (
    <div className={styles.part} data-testid="rule-settings">
      <h3>{t('settings')}</h3>
      <p className={styles.words}>{t('settingsWords')}</p>
      {placesOf(settings).map(({ space, versions }) => (
        <div key={space ?? ''} className={styles.place} data-testid="setting-place" data-space={space ?? ''}>
          <h4>{space ?? t('campus')}</h4>
          {mayPropose && (
            <Button size="small" onClick={() => setAt({ space, fixed: true })}>
              {t('propose')}
            </Button>
          )}
          <dl className={styles.values}>
            {Object.entries(versions[0]!.body).map(([key, value]) => (
              <div key={key} data-setting={key}>
                <dt>{words.nameOf(key)}</dt>
                <dd>{words.textOf(key, value)}</dd>
              </div>
            ))}
          </dl>
          <Versions versions={versions} />
        </div>
      ))}
      {mayPropose && (
        <p className={styles.words}>
          <Button
            size="small"
            onClick={() => setAt({ space: null, fixed: false })}
            data-testid="propose-rule"
          >
            {t('proposeElsewhere')}
          </Button>
        </p>
      )}
      {at && (
        <ProposeDialog
          rule={rule}
          space={at.space}
          fixed={at.fixed}
          body={at.fixed ? (settings.find(({ space }) => space === at.space)?.body ?? {}) : {}}
          onClose={() => setAt(null)}
        />
      )}
    </div>
  );
}

function Versions({ versions }: { versions: readonly SettingVersion[] }) {
  const t = useTranslations('rules');
  const words = useSettingWords();
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return (
    <ol className={styles.versions} aria-label={t('versions')}>
      {versions.map((version, index) => (
        <li key={version.version} data-testid="setting-version" data-version={version.version}>
          <span>
            {t('version', {
              n: version.version,
              name: actor(version.setBy),
              time: formatMoment(version.setMs, now, zone, lang),
            })}
          </span>
          <ul>
            {changesOf(versions[index + 1]?.body ?? null, version.body).map((change) => (
              <li key={change.key} data-change={change.key}>
                {words.changeOf(change)}
              </li>
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}
