'use client';

import { useTranslations } from 'next-intl';
import { useEffect, useRef, useState } from 'react';
import { Button } from '../ui/Button';
import { Chip, ChipGap, ChipRow } from '../ui/Chip';
import { Field, SelectField } from '../ui/Field';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import styles from './FleetFacets.module.css';
import type { FleetFacet, FleetFilter, FleetPage } from './fleetTypes';

interface Props {
  page: FleetPage;
  filter: FleetFilter;
  onChoose: (facet: FleetFacet, value: string | null) => void;
  onSearch: (text: string) => void;
  onClear: () => void;
}

const STATUSES = ['ONLINE', 'LATE', 'STALE', 'NEVER'] as const;
const INSPECTIONS = ['FAIL', 'UNKNOWN', 'PASS'] as const;
const UTILITIES = ['ELECTRICITY', 'WATER', 'GAS'] as const;

/** Search and facets; every value says how many meters it would leave, and the counts of a facet add up to its total. */
export function FleetFacets({ page, filter, onChoose, onSearch, onClear }: Props) {
  const t = useTranslations('meters');
  const code = useCode();
  const lang = useLang();
  const narrowed = Object.values(filter).some((value) => value !== null && value !== '');
  const nameOf = (building: string) => {
    const known = page.buildings.find((one) => one.code === building);
    return known ? (lang === 'en' ? (known.nameEn ?? known.name) : known.name) : building;
  };
  const contactWords = (value: string) =>
    value === 'CLOSED' || value === 'OPEN' || value === 'UNKNOWN'
      ? t(`contactOf.${value}`)
      : t('contactOf.NONE');
  const chips = (facet: FleetFacet, values: readonly string[], words: (value: string) => string) => (
    <div className={styles.group} data-testid={`facet-${facet}`}>
      <ChipRow label={t(facet)}>
        <Chip
          pressed={filter[facet] === null}
          onPress={() => onChoose(facet, null)}
          count={page.totals[facet]}
        >
          {t('all')}
        </Chip>
        {values.map((value) => (
          <Chip
            key={value}
            pressed={filter[facet] === value}
            onPress={() => onChoose(facet, filter[facet] === value ? null : value)}
            count={page.facets[facet].find((one) => one.value === value)?.count ?? 0}
            testId={`facet-value-${value === '' ? 'none' : value.toLowerCase()}`}
          >
            {words(value)}
          </Chip>
        ))}
      </ChipRow>
    </div>
  );
  const options = (facet: 'building' | 'gateway', words: (value: string) => string, none: string) =>
    page.facets[facet].map(({ value, count }) => (
      <option key={value} value={value === '' ? NONE : value}>
        {value === '' ? none : t('option', { name: words(value), n: count })}
      </option>
    ));
  const noneCount = (facet: FleetFacet) => page.facets[facet].find(({ value }) => value === '')?.count ?? 0;
  const contacts = page.facets.contact.map(({ value }) => value);
  return (
    <div className={styles.facets}>
      <div className={styles.fields}>
        <Search text={filter.text} onSearch={onSearch} />
        <SelectField
          label={t('building')}
          value={selected(filter.building)}
          data-testid="facet-building"
          onChange={(event) => onChoose('building', chosen(event.target.value))}
        >
          <option value="">{t('anyBuilding', { n: page.totals.building })}</option>
          {options('building', nameOf, t('outside', { n: noneCount('building') }))}
        </SelectField>
        <SelectField
          label={t('gateway')}
          value={selected(filter.gateway)}
          data-testid="facet-gateway"
          onChange={(event) => onChoose('gateway', chosen(event.target.value))}
        >
          <option value="">{t('anyGateway', { n: page.totals.gateway })}</option>
          {options('gateway', (value) => value, t('direct', { n: noneCount('gateway') }))}
        </SelectField>
        {narrowed && (
          <Button size="small" onClick={onClear} data-testid="clear-filter">
            {t('clear')}
          </Button>
        )}
      </div>
      <div className={styles.chips}>
        {chips('status', STATUSES, (value) => t(`statusOf.${value as (typeof STATUSES)[number]}`))}
        <ChipGap />
        {chips('utility', UTILITIES, (value) => code('utility', value))}
        <ChipGap />
        {chips('contact', contacts, contactWords)}
        <ChipGap />
        {chips('inspection', INSPECTIONS, (value) =>
          t(`inspectionOf.${value as (typeof INSPECTIONS)[number]}`),
        )}
      </div>
    </div>
  );
}

/** Value of the option for "has none": an empty one stands for no choice. */
const NONE = '-';
const chosen = (value: string): string | null => (value === '' ? null : value === NONE ? '' : value);
const selected = (value: string | null | undefined): string =>
  value === null || value === undefined ? '' : value === '' ? NONE : value;

const PAUSE_MS = 200;

/** Types freely; the list follows once the typing rests. */
function Search({ text, onSearch }: { text: string; onSearch: (text: string) => void }) {
  const t = useTranslations('meters');
  const [typed, setTyped] = useState(text);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  // Back, forward and clearing change the address; what was typed follows it.
  useEffect(() => setTyped((before) => (before.trim() === text ? before : text)), [text]);
  return (
    <Field
      label={t('search')}
      placeholder={t('searchHint')}
      type="search"
      value={typed}
      maxLength={100}
      data-testid="fleet-search"
      onChange={(event) => {
        const next = event.target.value;
        setTyped(next);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => onSearch(next.trim()), PAUSE_MS);
      }}
    />
  );
}
