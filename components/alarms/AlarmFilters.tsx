'use client';

import { useTranslations } from 'next-intl';
import { Chip, ChipGap, ChipRow } from '../ui/Chip';
import { useNow } from '../ui/now';
import { type AlarmFilter, isShown } from './alarmFilter';
import type { AlarmRow } from './incidents';
import { useStepName } from './usePlaceWords';

const PRIORITIES = [1, 2, 3, 4] as const;
const STATES = ['unacked', 'latched', 'shelved', 'suppressed'] as const;

/** Chips that narrow the list: mine, priority, state, zone; each says how many it would leave. */
export function AlarmFilters({
  all,
  filter,
  me,
  onChange,
}: {
  all: readonly AlarmRow[];
  filter: AlarmFilter;
  me: string;
  onChange: (change: Partial<AlarmFilter>) => void;
}) {
  const t = useTranslations('alarms');
  const now = useNow();
  const nameOf = useStepName();
  const count = (change: Partial<AlarmFilter>) =>
    all.filter(({ alarm }) =>
      isShown(alarm, { priority: null, state: null, zone: null, mine: false, ...change }, me, now),
    ).length;
  const zones = new Map<string, string>();
  for (const { context } of all) {
    const building = context?.path.find((step) => step.kind === 'BUILDING');
    if (building) zones.set(building.code, nameOf(building));
  }
  const mine = count({ mine: true });
  return (
    <ChipRow label={t('filters')}>
      <span data-chip tabIndex={-1} className="visually-hidden">
        {t('filters')}
      </span>
      <Chip
        pressed={filter.zone === null && !filter.mine}
        onPress={() => onChange({ zone: null, mine: false })}
      >
        {t('allZones')}
      </Chip>
      {mine > 0 && (
        <Chip pressed={filter.mine} onPress={() => onChange({ mine: !filter.mine })} count={mine}>
          {t('mine')}
        </Chip>
      )}
      {[...zones]
        .sort((a, b) => a[1].localeCompare(b[1], undefined, { numeric: true }))
        .slice(0, 6)
        .map(([code, name]) => (
          <Chip
            key={code}
            pressed={filter.zone === code}
            onPress={() => onChange({ zone: filter.zone === code ? null : code })}
            count={count({ zone: code })}
          >
            {name}
          </Chip>
        ))}
      <ChipGap />
      {PRIORITIES.filter((priority) => priority < 4 || count({ priority }) > 0).map((priority) => (
        <Chip
          key={priority}
          pressed={filter.priority === priority}
          onPress={() => onChange({ priority: filter.priority === priority ? null : priority })}
          count={count({ priority })}
          testId={`chip-p${priority}`}
        >
          {`P${priority}`}
        </Chip>
      ))}
      <ChipGap />
      {STATES.filter((state) => state === 'unacked' || count({ state }) > 0 || filter.state === state).map(
        (state) => (
          <Chip
            key={state}
            pressed={filter.state === state}
            onPress={() => onChange({ state: filter.state === state ? null : state })}
            count={count({ state })}
            testId={`chip-${state}`}
          >
            {t(`states.${state}`)}
          </Chip>
        ),
      )}
    </ChipRow>
  );
}
