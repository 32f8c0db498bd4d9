'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { AlarmRuleCode } from '../../domain/alarms/alarmCatalogue';
import { RULE_SETTINGS, type SettingBody, type SettingForm } from '../../domain/detection/ruleSettings';
import { PlaceField } from '../supply/PlaceField';
import { ActDialog } from '../ui/ActDialog';
import { Button } from '../ui/Button';
import { Field, SelectField } from '../ui/Field';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';
import { PreviewWords } from './PreviewWords';
import type { RulePreview } from './ruleTypes';
import { bodyOf, fieldText } from './settingFields';
import { useSettingWords } from './useSettingWords';

interface Props {
  rule: AlarmRuleCode;
  space: string | null;
  /** The place is given, and is not to be chosen. */
  fixed: boolean;
  /** Settings in force there. */
  body: SettingBody;
  onClose: () => void;
}

/** Proposes all settings of a rule at a place, and says beforehand what the last 30 days would have had. */
export function ProposeDialog({ rule, space, fixed, body, onClose }: Props) {
  const t = useTranslations('rules');
  const code = useCode();
  const forms = RULE_SETTINGS[rule]!;
  const keys = Object.keys(forms);
  const act = useAct(['/reason', '/space', ...keys.map((key) => `/body/${key}`)]);
  const [place, setPlace] = useState(space ?? '');
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(keys.map((key) => [key, fieldText(rule, key, body[key])])),
  );
  const [reason, setReason] = useState('');
  const [preview, setPreview] = useState<RulePreview | null>(null);
  const { body: proposed, notNumbers } = bodyOf(rule, forms, values);
  const change = { rule, space: place.trim() === '' ? null : place.trim(), body: proposed };
  const set = (key: string, value: string) => {
    setValues({ ...values, [key]: value });
    setPreview(null);
  };
  const look = () =>
    act.run(async (client) => {
      setPreview(await client.rules.preview.mutate(change));
    });
  const submit = async () => {
    if (await act.run((client) => client.rules.propose.mutate({ ...change, reason: reason.trim() })))
      onClose();
  };
  return (
    <ActDialog
      title={t('proposeTitle', { rule: code('alarmRule', rule) })}
      description={t('proposeWords')}
      submit={t('proposeButton')}
      blockedBy={notNumbers.length > 0 ? t('notNumber') : reason.trim() === '' ? t('noteNeeded') : undefined}
      act={act}
      onSubmit={() => void submit()}
      onClose={onClose}
      testId="propose-rule-dialog"
    >
      {fixed ? (
        <Field label={t('place')} value={space ?? t('campus')} readOnly error={act.errorAt('/space')} />
      ) : (
        <PlaceField
          kind="SPACE"
          hint={t('placeHint')}
          without="CAMPUS"
          text={place}
          onChange={(text) => {
            setPlace(text);
            setPreview(null);
          }}
          error={act.errorAt('/space')}
        />
      )}
      {keys.map((key) => (
        <SettingField
          key={key}
          rule={rule}
          name={key}
          form={forms[key]!}
          value={values[key]!}
          onChange={(value) => set(key, value)}
          error={notNumbers.includes(key) ? t('notNumber') : act.errorAt(`/body/${key}`)}
        />
      ))}
      <div>
        <Button
          disabled={act.busy || notNumbers.length > 0}
          onClick={() => void look()}
          data-testid="preview-rule"
        >
          {t(act.busy ? 'previewing' : 'preview')}
        </Button>
        {preview && <PreviewWords preview={preview} />}
      </div>
      <Field
        label={t('reason')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        error={act.errorAt('/reason')}
      />
    </ActDialog>
  );
}

function SettingField({
  rule,
  name,
  form,
  value,
  onChange,
  error,
}: {
  rule: string;
  name: string;
  form: SettingForm;
  value: string;
  onChange: (value: string) => void;
  error: string | undefined;
}) {
  const t = useTranslations('rules');
  const words = useSettingWords(rule);
  if (form.kind === 'FLAG')
    return (
      <SelectField
        label={words.nameOf(name)}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        error={error}
      >
        <option value="">{t('atDefault', { value: words.usualOf(name, form) })}</option>
        <option value="true">{t('yes')}</option>
        <option value="false">{t('no')}</option>
      </SelectField>
    );
  return (
    <Field
      label={words.nameOf(name)}
      hint={words.hintOf(name, form)}
      suffix={words.unitOf(name) ?? undefined}
      inputMode={form.kind === 'NUMBER' ? 'decimal' : undefined}
      placeholder={t('atDefault', { value: words.usualOf(name, form) })}
      value={value}
      maxLength={200}
      onChange={(event) => onChange(event.target.value)}
      error={error}
    />
  );
}
