'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { PROTECTIONS, type Protection } from '../../domain/supply/supplyState';
import { ActDialog, FieldPair } from '../ui/ActDialog';
import { Field, SelectField } from '../ui/Field';
import { useAct } from '../ui/useAct';
import { useCode } from '../ui/useCode';

/** Proposes to protect a point, to protect it otherwise, or no longer. */
export function ProposeProtection({ onClose }: { onClose: () => void }) {
  const t = useTranslations('control.protection');
  const code = useCode();
  const act = useAct(['/owner', '/reason']);
  const [pointCode, setPointCode] = useState('');
  const [protection, setProtection] = useState<Protection>('LIFE_SAFETY');
  const [owner, setOwner] = useState('');
  const [phone, setPhone] = useState('');
  const [reason, setReason] = useState('');
  const submit = async () => {
    const done = await act.run((client) =>
      client.control.proposeProtection.mutate({
        pointCode: pointCode.trim(),
        protection,
        reason: reason.trim(),
        ...(owner.trim() === '' ? {} : { owner: owner.trim() }),
        ...(phone.trim() === '' ? {} : { phone: phone.trim() }),
      }),
    );
    if (done) onClose();
  };
  return (
    <ActDialog
      title={t('proposeTitle')}
      description={t('proposeWords')}
      submit={t('proposeButton')}
      act={act}
      onSubmit={() => void submit()}
      onClose={onClose}
      testId="propose-protection"
    >
      <Field
        label={t('pointCode')}
        value={pointCode}
        maxLength={32}
        onChange={(event) => setPointCode(event.target.value)}
      />
      <SelectField
        label={t('kind')}
        value={protection}
        onChange={(event) => setProtection(event.target.value as Protection)}
      >
        {PROTECTIONS.map((one) => (
          <option key={one} value={one}>
            {code('protection', one)}
          </option>
        ))}
      </SelectField>
      <FieldPair>
        <Field
          label={t('ownerLabel')}
          value={owner}
          maxLength={80}
          onChange={(event) => setOwner(event.target.value)}
          error={act.errorAt('/owner')}
        />
        <Field
          label={t('phoneLabel')}
          value={phone}
          maxLength={40}
          onChange={(event) => setPhone(event.target.value)}
        />
      </FieldPair>
      <Field
        label={t('reasonLabel')}
        value={reason}
        maxLength={200}
        onChange={(event) => setReason(event.target.value)}
        error={act.errorAt('/reason')}
      />
    </ActDialog>
  );
}
