import { DAY_TYPES, type DayType, type OffWindow } from '../../domain/supply/switchSchedule';

/** A time without supply as a form holds it: two times of the day, `23:00` or `2300`, which may still be empty. */
export interface WindowText {
  readonly dayTypes: readonly DayType[];
  readonly off: string;
  readonly on: string;
}

export const FIRST_WINDOW: WindowText = { dayTypes: ['WORKDAY'], off: '23:00', on: '06:00' };

/** Whether a text is a time of the day, by 24 hours. */
export const isTime = (text: string): boolean => minuteOf(text) !== null;

function minuteOf(text: string): number | null {
  const match = /^(\d{1,2})[:：]?(\d\d)$/.exec(text.trim());
  const [hour, minute] = [Number(match?.[1]), Number(match?.[2])];
  return match && hour < 24 && minute < 60 ? hour * 60 + minute : null;
}

/** What the form asks for; null while a time or all its days are missing. */
export function windowsOf(
  texts: readonly WindowText[],
): (Omit<OffWindow, 'dayTypes'> & { dayTypes: DayType[] })[] | null {
  const windows = texts.map(({ dayTypes, off, on }) => {
    const [offMinute, onMinute] = [minuteOf(off), minuteOf(on)];
    if (dayTypes.length === 0 || offMinute === null || onMinute === null) return null;
    return { dayTypes: DAY_TYPES.filter((type) => dayTypes.includes(type)), offMinute, onMinute };
  });
  return windows.length === 0 || windows.includes(null) ? null : windows.map((window) => window!);
}

/** `06:00` of 360. */
export function clockText(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(minute % 60)}`;
}
