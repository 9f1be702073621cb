// The system of the agency "dishub" over HTTP: node agency.mjs
// Node 18 or newer.
import { setTimeout as sleep } from "node:timers/promises";

const URL = process.env.PINTU_GATEWAY_URL ?? "http://127.0.0.1:8080";
const AGENCY = process.env.AGENCY ?? "dishub";
const KEY = process.env.KEY;
const EVERY = Number(process.env.EVERY ?? 60);
const AGAIN = [408, 429, 500, 502, 503, 504];

class Refused extends Error {}

// Until there is an answer for good. What is sent twice under one id counts once.
async function call(method, path, data, id) {
  const headers = { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" };
  if (id !== undefined) headers["Idempotency-Key"] = id;
  const body = data === undefined ? undefined : JSON.stringify(data);
  for (let pause = 1; ; pause = Math.min(pause * 2, 60)) {
    let why, wait = pause;
    try {
      const signal = AbortSignal.timeout(30_000);
      const url = `${URL}/v1/agencies/${AGENCY}/cases${path}`;
      const answer = await fetch(url, { method, headers, body, signal });
      if (answer.ok) return await answer.json();
      why = answer.status;
      if (!AGAIN.includes(why)) throw new Refused(`${why} ${await answer.text()}`);
      wait = Number(answer.headers.get("Retry-After")) || pause;
    } catch (error) {
      if (error instanceof Refused) throw error;
      why = error.message; // no answer, or half of one
    }
    wait *= 1 + Math.random() / 2; // not all at once
    console.error(`again in ${wait.toFixed(1)} s: ${why}`);
    await sleep(wait * 1000);
  }
}

// All of them, the oldest first, page by page.
async function* openCases() {
  let after = "";
  do {
    const more = after ? `&after=${encodeURIComponent(after)}` : "";
    const page = await call("GET", `?limit=100${more}`);
    yield* page.cases;
    after = page.next;
  } while (after);
}

async function say(found, verb, data = {}) {
  // Made of what it answers: said twice, it counts once.
  const answered = found.notes.at(-1)?.at ?? found.received_at;
  const id = `${found.complaint_id}.${verb}.${answered}`;
  try {
    const receipt = await call("POST", `/${found.tracking}/${verb}`, data, id);
    console.log(found.tracking, verb, receipt.outcome);
  } catch (why) { // it changed meanwhile: the next round shows how
    if (!(why instanceof Refused)) throw why;
    console.error(found.tracking, verb, why.message);
  }
}

// One step of a case. In a real system people decide; here it decides by itself.
async function handle(found) {
  if (found.state === "routed") {
    console.log(found.tracking, found.complaint?.text);
    await say(found, "acknowledged");
  } else if (found.state === "acknowledged" && found.topic === null) {
    await say(found, "returned", { reason: "Bukan kewenangan kami." });
  } else if (found.state === "acknowledged") {
    await say(found, "responded", { note: "Petugas kami ke lokasi besok." });
  } else if (found.state === "responded") {
    await say(found, "resolved", { note: "Sudah ditangani." });
  } // "held" and "resolved" wait for the reporter
}

for (;;) {
  for await (const found of openCases()) await handle(found);
  await sleep(EVERY * 1000);
}
