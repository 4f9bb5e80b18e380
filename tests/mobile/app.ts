// What a mobile app does, in types: it compiles against the client generated from the contract, or the contract changed.
import createClient from "openapi-fetch";
import type { components, paths } from "./jalon";

type Plan = components["schemas"]["Plan"];
type Item = components["schemas"]["Item"];

const api = createClient<paths>({ baseUrl: "http://127.0.0.1:8000" });

export interface Kept { etag: string; plan: Plan }

/** The plan; what is kept already is not sent again. */
export async function plan(token: string, kept?: Kept): Promise<Kept> {
  const headers: Record<string, string> = { Authorization: `Bearer ${token}` };
  if (kept) headers["If-None-Match"] = kept.etag;
  const { data, error, response } = await api.GET("/v1/me/plan", { params: { query: { lang: "fr" } }, headers });
  if (response.status === 304 && kept) return kept;
  if (!data) throw new Error(error?.detail ?? `status ${response.status}`);
  return { etag: response.headers.get("etag") ?? "", plan: data };
}

export function now(kept: Kept): { title: string; why: string[]; until: string | null }[] {
  return kept.plan.now.map((item: Item) => ({ title: item.title, why: item.why, until: item.due_from }));
}

/** "Not now" until a day; sent twice by a double tap, it is one decision. */
export async function later(token: string, guideline: string, until: string): Promise<void> {
  const { error } = await api.PUT("/v1/me/plan/items/{guideline}/decision", {
    params: { path: { guideline }, header: { "idempotency-key": crypto.randomUUID() } },
    body: { decision: "later", until },
    headers: { Authorization: `Bearer ${token}` },
  });
  if (error) throw new Error(error.detail);
}

export async function alarms(token: string): Promise<string[]> {
  const { data } = await api.GET("/v1/me/results", { headers: { Authorization: `Bearer ${token}` } });
  return data?.alarms.map((alarm) => `${alarm.what} ${alarm.action}`) ?? [];
}
