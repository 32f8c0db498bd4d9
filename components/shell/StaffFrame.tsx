'use client';

import { usePathname } from 'next/navigation';
import { useTranslations } from 'next-intl';
import { type ReactNode, useCallback } from 'react';
import { useConnection } from '../live/LiveProvider';
import { useTRPCClient } from '../live/trpc';
import { useWaitingNow, type WaitingItem, WaitingItems } from '../supply/useWaiting';
import { AppShell } from '../ui/AppShell';
import { Button } from '../ui/Button';
import { OfflineBanner } from '../ui/ConnState';
import { formatPower } from '../ui/format';
import { navigationFor } from '../ui/navigation';
import type { SearchHit } from '../ui/SearchBox';
import { Notice } from '../ui/states';
import type { ThemeChoice } from '../ui/theme';
import { useCode } from '../ui/useCode';
import { useLang } from '../ui/useLang';
import { OpenPages } from '../ui/useOpens';
import { exactFirst } from './exactFirst';
import { fillsWindow, pageName } from './pageName';
import { signOut } from './signOut';

interface Props {
  campus: { name: string; nameEn: string | null };
  user: { name: string; roles: readonly string[] };
  /** First parts of the addresses that open for the user. */
  opens: readonly string[];
  /** What waits for the user as a second person, at this render; null: nothing ever does. */
  waiting: readonly WaitingItem[] | null;
  theme: ThemeChoice;
  /** Strip of the demo, composed by the layout; null in production. */
  demo: ReactNode;
  /** The alarm bar, composed by the layout. */
  bar: ReactNode;
  /** Further strips under the navigation, e.g. the start of duty. */
  strips?: ReactNode;
  children: ReactNode;
}

/** Frame of all staff pages with live connection: shell, banners of the connection, search, sign-out. */
export function StaffFrame(props: Props) {
  const { campus, user, opens, theme, demo, bar, strips, children } = props;
  const lang = useLang();
  const path = usePathname();
  const search = useCampusSearch();
  const waiting = useWaitingNow(props.waiting);
  return (
    <OpenPages value={opens}>
      <AppShell
        page={pageName(path)}
        bleed={fillsWindow(path)}
        campusName={lang === 'en' ? (campus.nameEn ?? campus.name) : campus.name}
        user={user}
        items={navigationFor(user.roles).filter(({ key }) => opens.includes(key))}
        waiting={{ control: waiting?.length ?? 0 }}
        theme={theme}
        bar={bar}
        banners={
          <>
            {demo}
            <ConnectionBanners />
            {strips}
          </>
        }
        search={search}
        onSignOut={() => void signOut()}
      >
        <WaitingItems value={waiting}>{children}</WaitingItems>
      </AppShell>
    </OpenPages>
  );
}

/** While offline the page says as of when it stands; after a reconnect, how much came meanwhile. */
function ConnectionBanners() {
  const t = useTranslations('live');
  const common = useTranslations('common');
  const { state, offlineAsOf, changesWhileAway, dismissChanges } = useConnection();
  return (
    <>
      <OfflineBanner state={state} asOf={offlineAsOf} />
      {changesWhileAway > 0 && (
        <Notice
          testId="changes-while-away"
          action={
            <Button size="small" onClick={dismissChanges}>
              {common('close')}
            </Button>
          }
        >
          {t('changesWhileAway', { n: changesWhileAway })}
        </Notice>
      )}
    </>
  );
}

/** Places, meters, where somebody lives and pages, by what was typed. It leads to pages and never acts. */
function useCampusSearch(): (query: string) => Promise<readonly SearchHit[]> {
  const client = useTRPCClient();
  const lang = useLang();
  const code = useCode();
  const t = useTranslations('shell');
  return useCallback(
    async (query: string) => {
      const { places, meters, residents, pages } = await client.places.search.query({ text: query });
      const name = (zh: string, en: string | null) => (lang === 'en' ? (en ?? zh) : zh);
      const ofPlace = (hit: (typeof places)[number]): SearchHit => {
        const facts = [
          hit.observed && hit.observed !== 'CLOSED' ? code('position', hit.observed) : null,
          hit.powerW === null ? null : formatPower(hit.powerW, 'room'),
        ];
        return {
          href:
            hit.kind === 'ROOM'
              ? `/rooms/${encodeURIComponent(hit.code)}`
              : `/map?building=${encodeURIComponent(hit.code)}`,
          title: hit.kind === 'ROOM' ? hit.code : name(hit.name, hit.nameEn),
          words:
            hit.kind === 'ROOM'
              ? t('hit.room', {
                  of: hit.buildingName ? name(hit.buildingName, hit.buildingNameEn) : hit.code,
                })
              : t('hit.building', { of: hit.code }),
          state: facts.filter(Boolean).join(' · ') || undefined,
        };
      };
      const ofMeter = (hit: (typeof meters)[number]): SearchHit => {
        const { code: meter, serial, feeder, spaceCode } = hit;
        return {
          href: `/meters/${encodeURIComponent(meter)}`,
          title: meter,
          words: feeder === null ? t('hit.meter', { serial }) : t('hit.feeder', { feeder, serial }),
          state: spaceCode,
        };
      };
      const ofThings = exactFirst([...places, ...meters]).map((hit) =>
        'serial' in hit ? ofMeter(hit) : ofPlace(hit),
      );
      const ofResidents = residents.map(({ name: title, spaceCode }): SearchHit => {
        return {
          href: `/rooms/${encodeURIComponent(spaceCode)}`,
          title,
          words: t('hit.resident', { room: spaceCode }),
        };
      });
      const ofPages = pages.map(({ key, href }): SearchHit => {
        return { href, title: t(`page.${key}`), words: t('pageWord') };
      });
      return [...ofResidents, ...ofThings, ...ofPages];
    },
    [client, lang, code, t],
  );
}
