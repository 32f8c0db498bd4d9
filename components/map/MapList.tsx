'use client';

import { useTranslations } from 'next-intl';
import { useMemo, useState } from 'react';
import { AlarmMark, type MarkState, type Priority } from '../ui/AlarmMark';
import tableStyles from '../ui/Table.module.css';
import { useLang } from '../ui/useLang';
import styles from './CampusMap.module.css';
import type { CampusGeometry } from './geometry';
import type { BuildingValue, MapAlarm } from './mapValues';

interface Props {
  geometry: CampusGeometry;
  values: ReadonlyMap<string, BuildingValue>;
  alarms: readonly MapAlarm[];
  valueName: string;
  selected?: string | null;
  onSelect?: (building: string) => void;
}

type SortKey = 'name' | 'value' | 'alarm';

/** The map as a table: the same buildings, values and alarms, sortable. */
export function MapList({ geometry, values, alarms, valueName, selected, onSelect }: Props) {
  const t = useTranslations('map');
  const lang = useLang();
  const [sort, setSort] = useState<{ by: SortKey; down: boolean }>({ by: 'value', down: true });
  const rows = useMemo(() => {
    const byName = new Intl.Collator(lang === 'zh-CN' ? 'zh-CN-u-co-pinyin-kn-true' : 'en-u-kn-true');
    const worst = new Map<string, MapAlarm>();
    for (const alarm of alarms) {
      const held = worst.get(alarm.building);
      if (!held || alarm.priority < held.priority) worst.set(alarm.building, alarm);
    }
    const all = [...geometry.buildings, ...geometry.unplaced].map(({ code, name }) => ({
      code,
      name,
      value: values.get(code) ?? null,
      alarm: worst.get(code) ?? null,
    }));
    const order = {
      name: (a: (typeof all)[number], b: (typeof all)[number]) => byName.compare(a.name, b.name),
      value: (a: (typeof all)[number], b: (typeof all)[number]) =>
        (a.value?.sort ?? Number.NEGATIVE_INFINITY) - (b.value?.sort ?? Number.NEGATIVE_INFINITY),
      alarm: (a: (typeof all)[number], b: (typeof all)[number]) =>
        (b.alarm?.priority ?? 9) - (a.alarm?.priority ?? 9),
    }[sort.by];
    return all.sort((a, b) => (sort.down ? -order(a, b) : order(a, b)) || byName.compare(a.name, b.name));
  }, [geometry, values, alarms, sort, lang]);
  const head = (by: SortKey, words: string, numeric = false) => (
    <th
      scope="col"
      className={numeric ? 'num' : undefined}
      aria-sort={sort.by === by ? (sort.down ? 'descending' : 'ascending') : 'none'}
    >
      <button
        type="button"
        onClick={() => setSort({ by, down: sort.by === by ? !sort.down : by !== 'name' })}
        aria-label={t('sortBy', { column: words })}
      >
        {words} {sort.by === by ? (sort.down ? '▾' : '▴') : ''}
      </button>
    </th>
  );
  return (
    <table className={`${tableStyles.table} ${tableStyles.links} ${styles.table}`} data-testid="map-list">
      <caption className="visually-hidden">{t('label')}</caption>
      <thead>
        <tr>
          {head('alarm', t('alarm'))}
          {head('name', t('building'))}
          {head('value', valueName, true)}
        </tr>
      </thead>
      <tbody>
        {rows.map(({ code, name, value, alarm }) => (
          <tr key={code} data-code={code} aria-selected={code === selected}>
            <td>
              {alarm && <AlarmMark priority={alarm.priority as Priority} state={alarm.state as MarkState} />}
            </td>
            <th scope="row">
              {onSelect ? (
                <button type="button" onClick={() => onSelect(code)}>
                  <b>{name}</b>
                </button>
              ) : (
                <b>{name}</b>
              )}
            </th>
            <td className="num">{value?.words ?? t('noData')}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
