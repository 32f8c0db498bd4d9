import type { Metadata } from 'next';
import { NextIntlClientProvider } from 'next-intl';
import { getLocale, getTranslations } from 'next-intl/server';
import { LOCALES, type Locale, localeFrom } from '../../components/i18n/locale';
import { loadMessages, type Messages } from '../../components/i18n/messages';
import { ForbiddenPage } from '../../components/ui/CenteredPage';
import { SCENES } from '../../components/wall/rotation';
import { NIGHT_DEFAULT, nightHoursOf } from '../../components/wall/upkeep';
import { WallApp } from '../../components/wall/WallApp';
import type { WallViewer } from '../../components/wall/wallTypes';
import { api, currentSession, mapToken, requestTime } from '../../requestContext';
import { mayEver, rolesThatMay } from '../../server/auth/permissions';
import { TrpcRoot } from '../trpc';

export async function generateMetadata(): Promise<Metadata> {
  return { title: (await getTranslations('wall'))('title') };
}

interface Search {
  /** Language that is large; the other is small. */
  lang?: string;
  /** Hours of night, `19:00-07:00`. */
  night?: string;
  /** One scene for good. */
  scene?: string;
}

/** Texts that a wall needs in both languages. */
function wallMessages(locale: Locale): Messages {
  const { wall, alarms } = loadMessages(locale);
  const rules = typeof alarms === 'object' ? alarms.rules : undefined;
  return { wall: wall ?? {}, alarms: { rules: rules ?? {} } };
}

/** A screen in a hall. It pairs instead of signing in; a signed-in person sees it as a preview. */
export default async function Wall({ searchParams }: { searchParams: Promise<Search> }) {
  const search = await searchParams;
  const lang = localeFrom(search.lang ?? (await getLocale()));
  const session = await currentSession();
  if (session && !mayEver(session, 'VIEW_OVERVIEW'))
    return <ForbiddenPage roles={rolesThatMay('VIEW_OVERVIEW')} />;
  const messages = Object.fromEntries(LOCALES.map((locale) => [locale, wallMessages(locale)])) as Record<
    Locale,
    Messages
  >;
  return (
    <NextIntlClientProvider locale={lang} messages={loadMessages(lang)}>
      <TrpcRoot>
        <WallApp
          lang={lang}
          messages={messages}
          serverTime={requestTime()}
          board={await readBoard()}
          night={nightHoursOf(search.night) ?? NIGHT_DEFAULT}
          hold={SCENES.find((scene) => scene === search.scene) ?? null}
          mapToken={mapToken()}
        />
      </TrpcRoot>
    </NextIntlClientProvider>
  );
}

/** What the first paint shows; null where nobody has paired this screen. */
async function readBoard() {
  const procedures = await api();
  const me = await procedures.session.me();
  if (me.kind === 'NOBODY') return null;
  const viewer: WallViewer = {
    kind: me.kind,
    campus: me.campus,
    playlist: me.kind === 'DISPLAY' ? me.playlist : SCENES,
    buildId: me.buildId,
  };
  const { wall, live } = procedures;
  const [places, bands, day, snapshot] = await Promise.all([
    wall.places(),
    wall.bands(),
    wall.loadToday(),
    live.snapshot({ room: 'wall' }),
  ]);
  return { viewer, places, bands, day, live: snapshot };
}
