'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { mayBeDowngraded } from '../../domain/alarms/downgrade';
import { Button } from '../ui/Button';
import { Panel } from '../ui/Panel';
import { useCode } from '../ui/useCode';
import { DowngradesPart } from './DowngradesPart';
import { PrecisionPart } from './PrecisionPart';
import { ProposalsPart } from './ProposalsPart';
import styles from './Rules.module.css';
import type { RuleShown, RulesOverview } from './ruleTypes';
import { SettingsPart } from './SettingsPart';
import { useRuleUrgency } from './useRuleUrgency';

/** One rule: what its alarm means and asks for, how often it was right where, what it is set to. */
export function RulePanel({
  rule,
  data,
  onClose,
}: {
  rule: RuleShown;
  data: RulesOverview;
  onClose: () => void;
}) {
  const t = useTranslations('rules');
  const texts = useTranslations('alarms.rules');
  const common = useTranslations('common');
  const code = useCode();
  const urgency = useRuleUrgency()(rule);
  const top = useRef<HTMLDivElement>(null);
  // It opens above a long list, of which the pressed line may be the last.
  useEffect(() => {
    top.current?.scrollIntoView({ block: 'start' });
  }, []);
  const of = <R extends { readonly rule: string }>(rows: readonly R[]) =>
    rows.filter((row) => row.rule === rule.code);
  return (
    <div ref={top} className={styles.opened}>
      <Panel
        title={code('alarmRule', rule.code)}
        meta={t('facts', {
          priority: urgency.priority,
          span: urgency.within,
          latching: rule.latching ? 'yes' : 'no',
        })}
        testId="rule-panel"
        actions={
          <Button size="small" onClick={onClose}>
            {common('close')}
          </Button>
        }
      >
        <dl className={styles.meaning}>
          {(['cause', 'consequence', 'response'] as const).map((part) => (
            <div key={part}>
              <dt>{t(part)}</dt>
              <dd>{texts(`${rule.code}.${part}`)}</dd>
            </div>
          ))}
        </dl>
        <PrecisionPart verdicts={of(data.verdicts)} />
        {mayBeDowngraded(rule.code) ? (
          <DowngradesPart downgrades={of(data.downgrades)} mayLift={data.rights.tune} />
        ) : (
          <p className={styles.words}>{t('neverDowngraded')}</p>
        )}
        <ProposalsPart
          rule={rule.code}
          proposals={of(data.proposals)}
          settings={of(data.settings)}
          rights={data.rights}
        />
        <SettingsPart rule={rule} settings={of(data.settings)} rights={data.rights} />
      </Panel>
    </div>
  );
}
