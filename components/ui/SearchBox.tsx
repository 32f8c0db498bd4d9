'use client';

import { useRouter } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { Dialog } from './Dialog';
import { Glyph } from './glyphs';
import styles from './SearchBox.module.css';

export interface SearchHit {
  /** Address it leads to. */
  href: string;
  title: string;
  /** Place or kind under the title. */
  words?: string;
  /** Live state at the right end. */
  state?: ReactNode;
}

const WAIT_MS = 120;

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
  const list = useId();
  const [query, setQuery] = useState('');
  const [hits, setHits] = useState<readonly SearchHit[] | null>(null);
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  useEffect(() => {
    const wanted = query.trim();
    if (wanted === '') {
      setHits(null);
      return;
    }
    let current = true;
    const timer = setTimeout(() => {
      search(wanted).then(
        (found) => {
          if (!current) return;
          setHits(found);
          setAt(0);
        },
        () => current && setHits([]),
      );
    }, WAIT_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [query, search]);
  const go = (hit: SearchHit | undefined) => {
    if (!hit) return;
    onDone();
    router.push(hit.href);
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && hits && hits.length > 0) {
      event.preventDefault();
      setAt((at + step + hits.length) % hits.length);
    }
    if (event.key === 'Enter') go(hits?.[at]);
  };
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
          aria-controls={list}
          aria-activedescendant={hits?.[at] ? `${list}-${at}` : undefined}
          placeholder={t('searchHint')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={onKey}
        />
      </div>
      {hits?.length === 0 && <p className="quiet">{t('searchEmpty', { query })}</p>}
      <div id={list} role="listbox" aria-label={t('search')}>
        {hits?.map((hit, index) => (
          <button
            key={hit.href}
            id={`${list}-${index}`}
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
