import type { AssignmentRow, DepartmentRow, SpaceRow } from '../../db/queries/spaces';
import { kept, namesOf, type ParsedRow, sameFacts } from './importRun';
import { checkTree, type PlanContext, ppmOf, referred, sinceMs } from './planContext';

export interface DepartmentsPlan {
  readonly departments: ReadonlyMap<string, DepartmentRow>;
  readonly written: readonly DepartmentRow[];
  readonly ended: readonly (Omit<AssignmentRow, 'sharePpm' | 'fromMs'> & { toMs: number })[];
  readonly opened: readonly AssignmentRow[];
}

type Target = 'space' | 'point';
const WHOLE_PPM = 1_000_000;

/** Departments and what they answer for. Shares of one place or point must sum to the whole. */
export function planDepartments(
  context: PlanContext,
  stored: { departments: readonly DepartmentRow[]; assignments: readonly AssignmentRow[] },
  spaces: ReadonlyMap<string, SpaceRow>,
  points: ReadonlyMap<string, unknown>,
): DepartmentsPlan {
  const { run } = context;
  const departments = new Map(stored.departments.map((row) => [row.code, row]));
  const written: DepartmentRow[] = [];
  const ended: (Omit<AssignmentRow, 'sharePpm' | 'fromMs'> & { toMs: number })[] = [];
  const opened: AssignmentRow[] = [];
  const shares = new Shares(stored.assignments);
  const rows = run.rows('departments');
  for (const row of rows) {
    const { value } = row;
    const before = departments.get(value.code);
    const after: DepartmentRow = {
      code: value.code,
      parent: kept(value.parent, before?.parent, null),
      ...namesOf(value.name),
      costCenter: kept(value.costCenter, before?.costCenter, null),
    };
    departments.set(after.code, after);
    if (!before || !sameFacts(before, after)) {
      run.settle(row, before ? 'UPDATED' : 'CREATED');
      written.push(after);
    }
    const atMs = sinceMs(context, value.since);
    for (const target of ['space', 'point'] as const) {
      const given = target === 'space' ? value.spaces : value.points;
      if (!given) continue;
      const wanted = new Map<string, number>();
      given.forEach((item, i) => {
        const { code, share } = typeof item === 'string' ? { code: item, share: '1' } : item;
        const field = `/${target}s/${i}`;
        if (target === 'space') referred(context, row, field, 'spaces', spaces, code);
        else referred(context, row, field, 'meterPoints', points, code);
        if (wanted.has(code)) run.fail(row, field, 'DUPLICATE_CODE', `${target}s: "${code}" is named twice.`);
        wanted.set(code, ppmOf(share));
      });
      const change = shares.replace(row, target, wanted, atMs);
      if (change.ended.length + change.opened.length > 0 && before) run.settle(row, 'UPDATED');
      for (const link of change.ended)
        if (atMs <= link.fromMs)
          run.fail(
            row,
            '/since',
            'BACKDATED',
            `since: "${link.space ?? link.point}" was assigned later than this; choose a later time.`,
          );
      ended.push(
        ...change.ended.map(({ department, space, point }) => ({ department, space, point, toMs: atMs })),
      );
      opened.push(...change.opened);
    }
  }
  for (const row of rows) {
    const { parent } = departments.get(row.code)!;
    if (parent !== null) referred(context, row, '/parent', 'departments', departments, parent);
  }
  checkTree(context, rows, '/parent', (code) => departments.get(code)?.parent ?? null);
  if (!rows.some((row) => run.isSpoilt('departments', row.code))) shares.check(context);
  return { departments, written, ended, opened };
}

/** Who answers for what after the import, with the rows that had a hand in it. */
class Shares {
  private readonly ofTarget = new Map<string, Map<string, AssignmentRow>>();
  private readonly ofDepartment = new Map<string, Map<string, AssignmentRow>>();
  private readonly touched = new Map<string, Set<ParsedRow<unknown>>>();

  constructor(stored: readonly AssignmentRow[]) {
    for (const link of stored) this.put(link);
  }

  replace(
    row: ParsedRow<unknown>,
    target: Target,
    wanted: ReadonlyMap<string, number>,
    fromMs: number,
  ): { ended: AssignmentRow[]; opened: AssignmentRow[] } {
    const ended: AssignmentRow[] = [];
    const opened: AssignmentRow[] = [];
    for (const link of [...inner(this.ofDepartment, row.code).values()]) {
      const code = link[target];
      if (code === null || wanted.get(code) === link.sharePpm) continue;
      ended.push(link);
      this.drop(link, row);
    }
    for (const [code, sharePpm] of wanted) {
      const space = target === 'space' ? code : null;
      const point = target === 'point' ? code : null;
      const link: AssignmentRow = { department: row.code, space, point, sharePpm, fromMs };
      if (inner(this.ofDepartment, row.code).has(keyOf(link))) continue;
      opened.push(link);
      this.put(link);
      this.touch(link, row);
    }
    return { ended, opened };
  }

  check({ run }: PlanContext): void {
    for (const [key, rows] of this.touched) {
      const holders = [...inner(this.ofTarget, key).values()];
      const sumPpm = holders.reduce((sum, link) => sum + link.sharePpm, 0);
      if (holders.length === 0 || sumPpm === WHOLE_PPM) continue;
      const [target, code] = key.split(' ');
      const names = holders.slice(0, 5).map((link) => link.department);
      const said = `the shares of "${code}" sum to ${sumPpm / WHOLE_PPM} over ${names.join(', ')}; they must sum to 1.`;
      for (const row of rows) run.fail(row, `/${target}s`, 'SHARES_SUM', `${target}s: ${said}`);
    }
  }

  private put(link: AssignmentRow): void {
    inner(this.ofTarget, keyOf(link)).set(link.department, link);
    inner(this.ofDepartment, link.department).set(keyOf(link), link);
  }

  private drop(link: AssignmentRow, row: ParsedRow<unknown>): void {
    inner(this.ofTarget, keyOf(link)).delete(link.department);
    inner(this.ofDepartment, link.department).delete(keyOf(link));
    this.touch(link, row);
  }

  private touch(link: AssignmentRow, row: ParsedRow<unknown>): void {
    const rows = this.touched.get(keyOf(link)) ?? new Set();
    this.touched.set(keyOf(link), rows.add(row));
  }
}

function inner(lists: Map<string, Map<string, AssignmentRow>>, key: string): Map<string, AssignmentRow> {
  const links = lists.get(key) ?? new Map<string, AssignmentRow>();
  lists.set(key, links);
  return links;
}

const keyOf = (link: Pick<AssignmentRow, 'space' | 'point'>): string =>
  link.space !== null ? `space ${link.space}` : `point ${link.point}`;
