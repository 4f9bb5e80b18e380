// The page « Notifications sur cet appareil »: two buttons, which ask the browser and tell the service.
"use strict";
(() => {
  if (!("serviceWorker" in navigator) || !("PushManager" in window)) return;
  const SCOPE = "/mes-rappels/";
  const SUBSCRIPTIONS = "/v1/me/push-subscriptions";
  const part = (name) => document.querySelector(`[data-part="${name}"]`);
  const say = (name) => {
    part("state").textContent = part("state").dataset[name];
  };
  const show = (on) => {
    part("unable").hidden = true;
    part("off").hidden = on;
    part("on").hidden = !on;
  };
  const told = (subscription) =>
    fetch(SUBSCRIPTIONS, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(subscription.toJSON()),
    });
  const active = async (registration) => {
    const worker = registration.installing || registration.waiting;
    if (registration.active || !worker) return;
    await new Promise((done) => worker.addEventListener("statechange", () => worker.state === "activated" && done()));
  };
  const held = async () => {
    const registration = await navigator.serviceWorker.getRegistration(SCOPE);
    return registration && registration.scope.endsWith(SCOPE) ? registration.pushManager.getSubscription() : null;
  };
  const begin = async () => {
    if ((await Notification.requestPermission()) !== "granted") return say("denied");
    const { key } = await (await fetch("/v1/push-key")).json();
    const registration = await navigator.serviceWorker.register("/push-worker.js", { scope: SCOPE });
    await active(registration);
    const subscription = await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
    if (!(await told(subscription)).ok) {
      await subscription.unsubscribe();
      return say("failed");
    }
    show(true);
    say("done");
  };
  const end = async () => {
    const subscription = await held();
    if (subscription) {
      const { id } = await (await told(subscription)).json();
      await fetch(`${SUBSCRIPTIONS}/${id}`, { method: "DELETE" });
      await subscription.unsubscribe();
    }
    show(false);
    say("ended");
  };
  const careful = (work) => () => work().catch(() => say("failed"));
  part("begin").addEventListener("click", careful(begin));
  part("end").addEventListener("click", careful(end));
  held().then((subscription) => show(Boolean(subscription)), () => show(false));
})();
