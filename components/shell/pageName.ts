/** Fixed segments keep their name; what follows `/rooms`, `/alarms` … names one of them and has the singular. */
const SINGULAR: Readonly<Record<string, string>> = {
  alarms: 'alarm',
  rooms: 'room',
  buildings: 'building',
  control: 'control-job',
  quota: 'quota-dept',
  meters: 'meter',
};

/** `data-testid` of a staff page is `page-` and this: `/rooms/7-412` is `room`, `/admin/displays` is `admin-displays`. */
export function pageName(path: string): string {
  const [first = 'home', second, third] = path.split('/').filter(Boolean);
  if (second === undefined) return first;
  // Not one of them, though they stand among them.
  if (first === 'alarms' && (second === 'review' || second === 'findings')) return `alarms-${second}`;
  if (first === 'control' && second === 'new') return 'control-new';
  const singular = SINGULAR[first];
  if (singular === undefined) return `${first}-${second}`;
  return third === undefined ? singular : `${singular}-${third}`;
}

/** Pages that fill the window below the navigation without padding. */
export function fillsWindow(path: string): boolean {
  return path === '/map';
}
