'use client';

import type { inferRouterOutputs } from '@trpc/server';
import { useTranslations } from 'next-intl';
import { useCallback, useState } from 'react';
import type { AppRouter } from '../../server/trpc/root';
import { useTRPCClient } from '../live/trpc';
import { Field } from '../ui/Field';
import { useName } from '../ui/useName';
import { useSuggestions } from '../ui/useSuggestions';
import styles from './PlaceField.module.css';

type ChosenPlace = inferRouterOutputs<AppRouter>['control']['places'][number];

/** Finds a place or a feeder by words of its name or code; what is typed as a code counts as well. */
export function PlaceField({
  kind,
  hint,
  without,
  text,
  error,
  onChange,
}: {
  kind: 'SPACE' | 'FEEDER';
  /** What to type, where it is more than a place. */
  hint?: string;
  /** A kind of place that is not meant here. */
  without?: ChosenPlace['kind'];
  text: string;
  error?: string;
  onChange: (text: string) => void;
}) {
  const t = useTranslations('control.form');
  const name = useName();
  const client = useTRPCClient();
  const [open, setOpen] = useState(false);
  const search = useCallback(
    async (words: string) => {
      const places = await client.control.places.query({ kind, text: words });
      return places.filter((place) => place.kind !== without);
    },
    [client, kind, without],
  );
  const take = ({ code }: ChosenPlace) => {
    onChange(code);
    setOpen(false);
  };
  const found = useSuggestions<ChosenPlace>(text, search, take);
  const listed = open && found.hits !== null;
  const way = ({ above, ...place }: ChosenPlace) => [...above, place].map(name).join(' › ');
  const chosen = found.hits?.find(({ code }) => code === text.trim());
  return (
    <div className={styles.place}>
      <Field
        label={t(`place.${kind}`)}
        hint={
          <span data-testid="chosen-place">{chosen ? way(chosen) : (hint ?? t(`placeHint.${kind}`))}</span>
        }
        error={error}
        value={text}
        maxLength={40}
        autoComplete="off"
        role="combobox"
        data-escape={open ? 'own' : undefined}
        aria-autocomplete="list"
        aria-expanded={listed}
        aria-controls={found.listId}
        aria-activedescendant={listed && found.hits?.[found.at] ? found.optionId(found.at) : undefined}
        onChange={(event) => {
          setOpen(true);
          onChange(event.target.value);
        }}
        onBlur={() => setOpen(false)}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && open) {
            event.stopPropagation();
            setOpen(false);
          } else if (event.key === 'ArrowDown' && !open) setOpen(true);
          else if (open && found.onKey(event)) event.preventDefault();
        }}
      />
      <div
        id={found.listId}
        role="listbox"
        aria-label={t(`place.${kind}`)}
        className={styles.list}
        hidden={!listed}
      >
        {listed &&
          found.hits?.map((hit, index) => (
            // The field keeps the focus: the arrow keys go on from here.
            <button
              key={hit.code}
              id={found.optionId(index)}
              type="button"
              role="option"
              aria-selected={index === found.at}
              tabIndex={-1}
              className={styles.option}
              onMouseDown={(event) => event.preventDefault()}
              onClick={() => take(hit)}
            >
              <b>{name(hit)}</b>
              <span>{hit.code}</span>
              {hit.above.length > 0 && <small>{hit.above.map(name).join(' › ')}</small>}
            </button>
          ))}
        {listed && found.hits?.length === 0 && <p className={styles.none}>{t('placeNone')}</p>}
      </div>
    </div>
  );
}
