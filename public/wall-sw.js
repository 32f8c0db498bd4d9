/**
 * Keeps a page of our own for walls whose server can't be reached: a reload during an outage shows it instead of the
 * browser's error. Nothing else is cached, so nothing old can pass for live.
 */
const CACHE = 'wall-shell-1';
const SHELL = '/wall-shell.html';
const FILES = [SHELL, '/wall-shell.js'];
const ANSWER_WITHIN_MS = 8000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' }))))
      .then(() => self.skipWaiting()),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== CACHE).map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

async function fromServer(request) {
  const answer = await fetch(request, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
  if (answer.status >= 500) throw new Error(`server answered ${answer.status}`);
  return answer;
}

async function fromShell(request) {
  const path = new URL(request.url).pathname;
  return (await caches.match(FILES.includes(path) ? path : SHELL)) ?? Response.error();
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.mode !== 'navigate' && !FILES.includes(path)) return;
  event.respondWith(fromServer(request).catch(() => fromShell(request)));
});
