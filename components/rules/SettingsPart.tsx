'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { RULE_SETTINGS, type SettingForms } from '../../domain/detection/ruleSettings';
import { Button } from '../ui/Button';
import { classNames } from '../ui/classNames';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useActor } from '../ui/useActor';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { ProposeDialog } from './ProposeDialog';
import styles from './Rules.module.css';
import type { RuleShown, RulesOverview, SettingVersion } from './ruleTypes';
import { SettingTable } from './SettingTable';
import { changesOf, placesOf } from './settingVersions';
import { useSettingWords } from './useSettingWords';

/** What the rule goes by: its settings with default and bounds, what holds where, and what each version changed against the one before. */
export function SettingsPart({
  rule,
  settings,
  rights,
}: {
  rule: RuleShown;
  settings: readonly SettingVersion[];
  rights: RulesOverview['rights'];
}) {
  const t = useTranslations('rules');
  const [at, setAt] = useState<{ space: string | null; fixed: boolean } | null>(null);
  const forms = RULE_SETTINGS[rule.code];
  if (!forms) return <p className={styles.words}>{t('noSettings')}</p>;
  const places = placesOf(settings);
  const campus = places.find(({ space }) => space === null)?.versions[0] ?? null;
  return (
    <div className={styles.part} data-testid="rule-settings">
      <h3>{t('settings')}</h3>
      <p className={styles.words}>{t('settingsWords')}</p>
      <SettingTable rule={rule.code} forms={forms} campus={campus} />
      {places.map(({ space, versions }) => (
        <div key={space ?? ''} className={styles.place} data-testid="setting-place" data-space={space ?? ''}>
          <h4>{space ?? t('campus')}</h4>
          {rights.tune && (
            <Button size="small" onClick={() => setAt({ space, fixed: true })}>
              {t('propose')}
            </Button>
          )}
          <InForce rule={rule.code} forms={forms} version={versions[0]!} />
          <Versions rule={rule.code} versions={versions} />
        </div>
      ))}
      {rights.tune ? (
        <p className={classNames(styles.words, styles.under)}>
          <Button
            size="small"
            onClick={() => setAt({ space: null, fixed: false })}
            data-testid="propose-rule"
          >
            {t(places.length === 0 ? 'propose' : 'proposeElsewhere')}
          </Button>
        </p>
      ) : (
        <ReadOnly rights={rights} />
      )}
      {at && (
        <ProposeDialog
          rule={rule.code}
          space={at.space}
          fixed={at.fixed}
          body={at.fixed ? (settings.find(({ space }) => space === at.space)?.body ?? {}) : {}}
          onClose={() => setAt(null)}
        />
      )}
    </div>
  );
}

/** Who set a version, and when, as its line names them. */
function useSetter(): (version: SettingVersion) => { name: string; time: string } {
  const actor = useActor();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  return ({ setBy, setMs }) => ({ name: actor(setBy), time: formatMoment(setMs, now, zone, lang) });
}

/** Every setting as it holds at a place, and since when by whom. What was not set there is at the rule's default, not at the campus's. */
function InForce({ rule, forms, version }: { rule: string; forms: SettingForms; version: SettingVersion }) {
  const t = useTranslations('rules');
  const words = useSettingWords(rule);
  const setterOf = useSetter();
  return (
    <>
      <dl className={styles.values}>
        {Object.entries(forms).map(([key, form]) => {
          const set = version.body[key];
          return (
            <div key={key} data-setting={key} data-set={set !== undefined}>
              <dt>{words.nameOf(key)}</dt>
              <dd>
                {set === undefined
                  ? t('atDefault', { value: words.usualOf(key, form) })
                  : words.textOf(key, set)}
              </dd>
            </div>
          );
        })}
      </dl>
      <p className={styles.setBy} data-testid="set-by">
        {t('setBy', setterOf(version))}
      </p>
    </>
  );
}

/** Why there is no button: who changes rules, and who puts a change in force. */
function ReadOnly({ rights }: { rights: RulesOverview['rights'] }) {
  const t = useTranslations('rules');
  const shell = useTranslations('shell');
  const code = useCode();
  const namesOf = (roles: readonly string[]) =>
    roles.map((role) => code('role', role)).join(shell('listSeparator'));
  return (
    <p className={classNames(styles.words, styles.under)} data-testid="rules-read-only">
      {t(rights.publish ? 'publishesOnly' : 'readOnly', {
        tuners: namesOf(rights.tuners),
        publishers: namesOf(rights.publishers),
      })}
    </p>
  );
}

function Versions({ rule, versions }: { rule: string; versions: readonly SettingVersion[] }) {
  const t = useTranslations('rules');
  const words = useSettingWords(rule);
  const setterOf = useSetter();
  return (
    <ol className={styles.versions} aria-label={t('versions')}>
      {versions.map((version, index) => (
        <li key={version.version} data-testid="setting-version" data-version={version.version}>
          <span>{t('version', { n: version.version, ...setterOf(version) })}</span>
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
