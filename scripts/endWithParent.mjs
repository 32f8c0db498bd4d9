// Preloaded into processes that another process supervises: when the supervisor is gone, even by kill -9, this process
// ends as if told to. A supervisor of ours holds a channel, which then closes. npm holds none: it runs us below a shell,
// which dies of the SIGTERM that npm passes on, and lives on when npm itself is killed.
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const GRACE_MS = 10_000;
const LOOK_EVERY_MS = 300;

function end() {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.exit(1), GRACE_MS).unref();
}

if (isMainThread && process.channel) {
  process.once('disconnect', end);
  process.channel.unref();
} else if (isMainThread && process.env.npm_lifecycle_event) {
  const atStart = lineage();
  const timer = setInterval(() => {
    if (lineage() === atStart) return;
    clearInterval(timer);
    end();
  }, LOOK_EVERY_MS);
  timer.unref();
}

/** Our parent, and its parent too where ours is only the shell between npm and us. */
function lineage() {
  const parent = process.ppid;
  try {
    const shell = /^(ba|da|z|k|a)?sh$/.test(readFileSync(`/proc/${parent}/comm`, 'utf8').trim());
    const stat = readFileSync(`/proc/${parent}/stat`, 'utf8');
    const grandparent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    return shell ? `${parent} ${grandparent}` : `${parent}`;
  } catch {
    return `${parent}`;
  }
}
