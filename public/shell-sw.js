/**
 * Keeps a page of our own for when the server can't be reached: a reload during an outage shows it instead of the browser's
 * error. Nothing else is cached, so nothing old can pass for live. One script for walls and for residents' phones, told
 * apart by the address it is registered under: `/shell-sw.js?page=wall`.
 */
const PAGE = new URL(self.location.href).searchParams.get('page') === 'me' ? 'me' : 'wall';
const CACHE = `${PAGE}-shell-1`;
const SHELL = `/${PAGE}-shell.html`;
const FILES = [SHELL, `/${PAGE}-shell.js`];
const ANSWER_WITHIN_MS = 8000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(CACHE)
      .then((cache) => cache.addAll(FILES.map((file) => new Request(file, { cache: 'reload' }))))
      .then(() => self.skipWaiting()),
  );
});

/** Older caches of this page go; those of the other page are not ours. */
const isOld = (name) => name.startsWith(`${PAGE}-shell-`) && name !== CACHE;

self.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter(isOld).map((name) => caches.delete(name))))
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
