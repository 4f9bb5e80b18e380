// Keeps the last plan for reading without connection. Runs only where the person asked for it (/hors-ligne).
// What is kept: the page of the plan, one page that says that there is no connection, and the style sheet.
// What removes it: signing out (below, and Clear-Site-Data from the server), another person's plan, seven days.
"use strict";
const KEPT = "jalon-plan-1";
const PLAN = "/mon-plan";
const NO_CONNECTION = "/sans-connexion";
const LEAVING = ["/deconnexion", "/mes-donnees/effacer", "/demonstration"];
const SEVEN_DAYS = 7 * 24 * 3600 * 1000;

self.addEventListener("install", (event) => event.waitUntil(prepare().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== self.location.origin) return;
  if (event.request.method === "POST" && LEAVING.includes(url.pathname)) event.waitUntil(caches.delete(KEPT));
  if (event.request.mode === "navigate") event.respondWith(navigate(event.request, url));
  else if (url.pathname.startsWith("/static/")) event.respondWith(asset(event.request));
});

async function prepare() {
  const kept = await caches.open(KEPT);
  const page = await fetch(NO_CONNECTION, { credentials: "omit" });
  const html = await page.clone().text();
  await kept.put(NO_CONNECTION, page);
  await kept.addAll([...new Set(html.match(/\/static\/[^"]+/g) || [])]);
}

async function navigate(request, url) {
  try {
    const answer = await fetch(request);
    if (request.method === "GET" && url.pathname === PLAN && url.search === "" && answer.type === "basic" && answer.ok) {
      await keepPlan(answer.clone());
    }
    return answer;
  } catch (error) {
    return (url.pathname === PLAN && (await plan())) || (await caches.match(NO_CONNECTION)) || Response.error();
  }
}

async function keepPlan(answer) {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", String(Date.now()));
  headers.delete("Content-Encoding");
  const shown = await answer.text();
  const html = shown.replace("data-offline hidden", "data-offline");
  if (html === shown) return; // the plan of somebody else, for whom the person acts: never kept
  await (await caches.open(KEPT)).put(PLAN, new Response(html, { headers }));
}

async function plan() {
  const kept = await caches.open(KEPT);
  const found = await kept.match(PLAN);
  if (found && Date.now() - Number(found.headers.get("X-Kept-At")) < SEVEN_DAYS) return found;
  await kept.delete(PLAN);
  return undefined;
}

async function asset(request) {
  return (await caches.match(request)) || fetch(request);
}
