import { expect, test } from 'vitest';
import { pageName } from './pageName';

test.each([
  ['/overview', 'overview'],
  ['/alarms', 'alarms'],
  ['/alarms/41', 'alarm'],
  ['/rooms/7-412', 'room'],
  ['/meters/E-7-412', 'meter'],
  ['/quota', 'quota'],
  ['/quota/DEPT-CHEMISTRY', 'quota-dept'],
  ['/quota/DEPT-CHEMISTRY/report', 'quota-dept-report'],
  ['/control', 'control'],
  ['/control/01J7ZK3V8N4QK6T2M9R5W1X0YB', 'control-job'],
  ['/control/new', 'control-new'],
  ['/admin/displays', 'admin-displays'],
])('the root of %s is told apart as page-%s', (path, name) => {
  expect(pageName(path)).toBe(name);
});
