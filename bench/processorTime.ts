import { readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';

/** Kernel ticks per second on Linux, as /proc counts processor time. */
const TICKS_PER_S = 100;

interface ProcessStat {
  parent: number;
  ownMs: number;
  /** Of children that ended and were waited for. */
  reapedMs: number;
}

function statOf(pid: string): ProcessStat | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; what is counted stands after it.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const ms = (from: number) => ((Number(fields[from]) + Number(fields[from + 1])) * 1_000) / TICKS_PER_S;
    return { parent: Number(fields[1]), ownMs: ms(11), reapedMs: ms(13) };
  } catch {
    return null;
  }
}

/** Processor time that a process and its children have used so far, ms. 0 where /proc does not tell. */
export function processorMs(pid: number): number {
  let sum = 0;
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(name);
    if (!stat) continue;
    if (Number(name) === pid) sum += stat.ownMs + stat.reapedMs;
    else if (stat.parent === pid) sum += stat.ownMs;
  }
  return sum;
}

/** Share of the machine that is idle over `ms`, 0 to 1. */
export async function idleShare(ms: number): Promise<number> {
  const before = busyAndAll();
  await delay(ms);
  const after = busyAndAll();
  return 1 - (after.busy - before.busy) / Math.max(1, after.all - before.all);
}

function busyAndAll(): { busy: number; all: number } {
  let busy = 0;
  let all = 0;
  for (const { times } of cpus()) {
    const total = times.user + times.nice + times.sys + times.idle + times.irq;
    all += total;
    busy += total - times.idle;
  }
  return { busy, all };
}
