'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { Dialog } from './Dialog';
import { Glyph } from './glyphs';
import styles from './SearchBox.module.css';
import { useSuggestions } from './useSuggestions';

export interface SearchHit {
  /** Address it leads to. */
  href: string;
  title: string;
  /** Place or kind under the title. */
  words?: string;
  /** Live state at the right end. */
  state?: ReactNode;
}

/** Search in the navigation and by Ctrl+K. It only leads to pages; control is never done from here. */
export function SearchBox({ search }: { search: (query: string) => Promise<readonly SearchHit[]> }) {
  const t = useTranslations('shell');
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: globalThis.KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        setOpen(true);
      }
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <button
        type="button"
        className={styles.box}
        onClick={() => setOpen(true)}
        aria-keyshortcuts="Control+K Meta+K"
      >
        {t('searchLong')} <span>Ctrl K</span>
      </button>
      <Dialog open={open} onOpenChange={setOpen} title={t('search')} testId="search">
        <Finder search={search} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Finder({
  search,
  onDone,
}: {
  search: (query: string) => Promise<readonly SearchHit[]>;
  onDone: () => void;
}) {
  const t = useTranslations('shell');
  const router = useRouter();
  const [query, setQuery] = useState('');
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const go = (hit: SearchHit) => {
    onDone();
    router.push(hit.href);
  };
  const { hits, at, listId, optionId, onKey } = useSuggestions(query, search, go);
  return (
    <div className={styles.finder}>
      <div className={styles.input}>
        <Glyph name="search" />
        <input
          ref={input}
          type="search"
          role="combobox"
          aria-label={t('searchLong')}
          aria-expanded={hits !== null}
          aria-controls={listId}
          aria-activedescendant={hits?.[at] ? optionId(at) : undefined}
          placeholder={t('searchHint')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKey}
        />
      </div>
      {hits?.length === 0 && <p className="quiet">{t('searchEmpty', { query })}</p>}
      <div id={listId} role="listbox" aria-label={t('search')}>
        {hits?.map((hit, index) => (
          <button
            key={hit.href}
            id={optionId(index)}
            type="button"
            role="option"
            aria-selected={index === at}
            tabIndex={-1}
            className={styles.hit}
            onClick={() => go(hit)}
          >
            <b>{hit.title}</b>
            <small>{hit.words}</small>
            {hit.state && <span>{hit.state}</span>}
          </button>
        ))}
      </div>
    </div>
  );
}
