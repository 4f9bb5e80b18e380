// Shows that a prevention message waits, on a device where the person asked for it (/mes-rappels/appareil). It keeps nothing,
// and answers for no page.
"use strict";
self.addEventListener("push", (event) => event.waitUntil(show(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

async function show(data) {
  const told = data ? data.json() : {};
  const words = { body: told.body || "", tag: told.tag || "jalon", data: told.url || "/mes-rappels" };
  await self.registration.showNotification(told.title || "Jalon", words);
}

async function open(address) {
  const url = new URL(address, self.location.origin);
  if (url.origin === self.location.origin) await self.clients.openWindow(url.pathname);
}
