'use client';

import { useTranslations } from 'next-intl';
import { Button } from '../ui/Button';
import { formatMoment } from '../ui/formatTime';
import { useCampusZone, useNow } from '../ui/now';
import { useAct } from '../ui/useAct';
import { useActor } from '../ui/useActor';
import { useLang } from '../ui/useLang';
import styles from './Rules.module.css';
import type { RuleProposal, RulesOverview, SettingVersion } from './ruleTypes';
import { changesOf } from './settingVersions';
import { useSettingWords } from './useSettingWords';

/** Changes that wait for a second person, with what they change; and those decided lately. */
export function ProposalsPart({
  rule,
  proposals,
  settings,
  rights,
}: {
  rule: string;
  proposals: readonly RuleProposal[];
  settings: readonly SettingVersion[];
  rights: RulesOverview['rights'];
}) {
  const t = useTranslations('rules');
  const words = useSettingWords(rule);
  const actor = useActor();
  const act = useAct();
  const lang = useLang();
  const zone = useCampusZone();
  const now = useNow();
  if (proposals.length === 0) return null;
  const decide = (id: number, decision: 'APPROVED' | 'REJECTED' | 'WITHDRAWN') =>
    void act.run((client) => client.rules.decide.mutate({ id, decision }));
  const seen = ({ space, seenVersion }: RuleProposal) =>
    settings.find((one) => one.space === space && one.version === seenVersion)?.body ?? null;
  return (
    <div className={styles.part} data-testid="rule-proposals">
      <h3>{t('proposals')}</h3>
      {act.refused && (
        <p role="alert" className={styles.words}>
          {act.refused}
        </p>
      )}
      <ul className={styles.list}>
        {proposals.map((one) => {
          const changes = changesOf(seen(one), one.body);
          const own = one.proposerId === rights.userId;
          return (
            <li key={one.id} data-testid="rule-proposal" data-state={one.state.toLowerCase()}>
              <span>
                {t('proposedBy', {
                  place: one.space ?? t('campus'),
                  name: actor(one.proposedBy),
                  time: formatMoment(one.proposedMs, now, zone, lang),
                  reason: one.reason,
                })}
                {changes.length === 0 && <small>{t('unchanged')}</small>}
                {changes.map((change) => (
                  <small key={change.key} data-change={change.key}>
                    {words.changeOf(change)}
                  </small>
                ))}
              </span>
              {one.state !== 'PENDING' ? (
                <span>
                  {t('decidedBy', {
                    decision: t(`decision.${one.state}`),
                    name: actor(one.decidedBy),
                    time: formatMoment(one.decidedMs ?? now, now, zone, lang),
                  })}
                </span>
              ) : own ? (
                <Button size="small" disabled={act.busy} onClick={() => decide(one.id, 'WITHDRAWN')}>
                  {t('withdraw')}
                </Button>
              ) : rights.publish ? (
                <span className={styles.acts}>
                  <Button size="small" disabled={act.busy} onClick={() => decide(one.id, 'APPROVED')}>
                    {t('publish')}
                  </Button>
                  <Button size="small" disabled={act.busy} onClick={() => decide(one.id, 'REJECTED')}>
                    {t('reject')}
                  </Button>
                </span>
              ) : (
                <span>{t('decision.PENDING')}</span>
              )}
            </li>
          );
        })}
      </ul>
    </div>
  );
}
