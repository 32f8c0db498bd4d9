import type { Locale } from '../i18n/locale';
import { EN_DASH } from '../ui/format';
import type { WallAlarm } from './wallAlarms';
import type { WallWords } from './wallText';
import type { WallPlaces } from './wallTypes';

/** What and where of an alarm in one language. */
export interface AlarmLine {
  readonly what: string;
  readonly where: string;
}

const PLACE_KEYS = { FEEDER: 'placeFeeder', GATEWAY: 'placeGateway', OTHER: 'placeOther' } as const;

/** Words of a line in one of the wall's languages. */
export function alarmLine(alarm: WallAlarm, places: WallPlaces, words: WallWords, locale: Locale): AlarmLine {
  const say = locale === words.lang ? words.t : words.o;
  const rule = words.rule(alarm.rule, locale);
  const found = places.places.find(({ code }) => code === alarm.building);
  const building = found ? words.name(found, locale) : say('campus');
  const told = [rule, alarm.figure].filter(Boolean).join(' ');
  const what = alarm.rooms ? say('roomsWith', { n: alarm.count, rule: told }) : told;
  if (alarm.unit !== null) {
    return {
      what,
      where: say(PLACE_KEYS[alarm.kind], { building: unbroken(building), code: unbroken(alarm.unit) }),
    };
  }
  const floors = alarm.floors.map((name) => floorName(name, alarm.building, places, words, locale));
  if (floors.length === 0) return { what, where: building };
  const [first = '', last = ''] = [floors[0], floors.at(-1)];
  const range = floors.length === 1 ? first : `${first}${EN_DASH}${last}`;
  return { what, where: say('placeRooms', { building, floors: range }) };
}

/** A name or code that no line breaks: `7 号楼`, `D7-2`. A word joiner has no width of its own. */
export function unbroken(text: string): string {
  return text.replaceAll(' ', '\u00a0').replace(/-/g, '\u2060-\u2060');
}

function floorName(
  name: string,
  building: string | null,
  places: WallPlaces,
  words: WallWords,
  locale: Locale,
): string {
  const floor = places.floors.find((one) => one.building === building && one.name === name);
  return floor ? words.name(floor, locale) : name;
}
