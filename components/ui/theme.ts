/** Cookie that holds the viewer's choice of theme. */
export const THEME_COOKIE = 'theme';
export const THEME_CHOICES = ['light', 'dark', 'system'] as const;
export type ThemeChoice = (typeof THEME_CHOICES)[number];

/** What `data-theme` may say; the wall themes belong to displays. */
export type Theme = ThemeChoice | 'wall-day' | 'wall-night';

/**
 * The theme of a page: the cookie's choice, else the default of the role. Security works dark from 19:00 to 07:00 campus
 * time; everyone else follows their own system.
 *
 * @param hourLocal hour of the campus day, 0..23
 */
export function themeFrom(cookieValue: string | undefined, role?: string, hourLocal?: number): ThemeChoice {
  const chosen = THEME_CHOICES.find((choice) => choice === cookieValue);
  if (chosen) return chosen;
  if (role === 'SECURITY' && hourLocal !== undefined && (hourLocal >= 19 || hourLocal < 7)) return 'dark';
  return 'system';
}
