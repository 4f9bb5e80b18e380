// The page « Lire sans connexion »: two buttons that do nothing but install or remove the worker.
"use strict";
(() => {
  if (!("serviceWorker" in navigator)) return;
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const show = (kept) => {
    part("unable").hidden = true;
    part("off").hidden = kept;
    part("on").hidden = !kept;
  };
  const begin = async () => {
    await navigator.serviceWorker.register("/service-worker.js");
    const ready = await navigator.serviceWorker.ready;
    await new Promise((done) => {
      if (navigator.serviceWorker.controller) return done();
      navigator.serviceWorker.addEventListener("controllerchange", done, { once: true });
      if (ready.active && navigator.serviceWorker.controller) done();
    });
    show(true);
    part("state").textContent = part("on").dataset.done;
  };
  const end = async () => {
    for (const name of await caches.keys()) await caches.delete(name);
    const registration = await navigator.serviceWorker.getRegistration();
    if (registration) await registration.unregister();
    show(false);
    part("state").textContent = part("off").dataset.done;
  };
  part("keep").addEventListener("click", begin);
  part("forget").addEventListener("click", end);
  navigator.serviceWorker.getRegistration().then((one) => show(Boolean(one)));
})();
