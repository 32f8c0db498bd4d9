/**
 * Shows messages that are pushed to this browser, with every page closed, and opens the page that a message is about. The
 * message's id is the notification's tag, so one that comes twice stands once.
 */
self.addEventListener('install', () => self.skipWaiting());

self.addEventListener('push', (event) => {
  const { id, title, text, link, language, urgent } = event.data.json();
  event.waitUntil(
    self.registration.showNotification(title, {
      body: text,
      tag: id,
      lang: language,
      icon: '/icons/apple-touch-180.png',
      requireInteraction: urgent === true,
      data: { link },
    }),
  );
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { link } = event.notification.data;
  if (!link) return;
  // The address as this browser knows it, whatever name the server has for itself.
  const { pathname, search } = new URL(link);
  event.waitUntil(self.clients.openWindow(pathname + search));
});
