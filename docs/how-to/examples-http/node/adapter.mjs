// An adapter of the channel "web" over HTTP:
//   node adapter.mjs send [TEXT] | follow | say VERB CODE [NOTE]
// Node 18 or newer.
import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

const URL = process.env.PINTU_GATEWAY_URL ?? "http://127.0.0.1:8080";
const KEY = process.env.KEY;
const EVERY = Number(process.env.EVERY ?? 60);
const KEPT = process.env.KEPT ?? "complaints"; // a real adapter has a table for them
const AGAIN = [408, 429, 500, 502, 503, 504];

class Refused extends Error {
  constructor(status, detail) {
    super(`${status} ${detail}`);
    this.status = status;
  }
}

// Until there is an answer for good. What is sent twice under one id counts once.
async function call(method, path, data, id) {
  const headers = { Authorization: `Bearer ${KEY}`, "Content-Type": "application/json" };
  if (id !== undefined) headers["Idempotency-Key"] = id;
  const body = data === undefined ? undefined : JSON.stringify(data);
  for (let pause = 1; ; pause = Math.min(pause * 2, 60)) {
    let why, wait = pause;
    try {
      const signal = AbortSignal.timeout(30_000);
      const answer = await fetch(URL + path, { method, headers, body, signal });
      if (answer.ok) return await answer.json();
      why = answer.status;
      if (!AGAIN.includes(why)) throw new Refused(why, await answer.text());
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

function keep(complaint) {
  mkdirSync(KEPT, { recursive: true, mode: 0o700 });
  const file = `${KEPT}/${complaint.id}`;
  writeFileSync(`${file}.new`, JSON.stringify(complaint));
  renameSync(`${file}.new`, `${file}.json`);
}

function kept() {
  mkdirSync(KEPT, { recursive: true, mode: 0o700 });
  const files = readdirSync(KEPT).filter((name) => name.endsWith(".json")).sort();
  return files.map((name) => JSON.parse(readFileSync(`${KEPT}/${name}`)));
}

// Keep it, then hand over whatever was kept and not handed over yet.
async function send(text) {
  if (text !== undefined) keep({ id: randomUUID(), text }); // a random id: nobody can guess it
  for (const one of kept()) {
    if (one.tracking || one.refused) continue;
    try {
      const { tracking, pin } = await call("POST", "/v1/complaints", { text: one.text }, one.id);
      keep({ ...one, tracking, pin });
      console.log(tracking, pin); // the reporter keeps both
    } catch (why) { // somebody has to look at it: the same again would not help
      if (!(why instanceof Refused)) throw why;
      keep({ ...one, refused: why.message });
      console.error(`${one.id}: ${why.message}`);
    }
  }
}

// What the reporter says: replied, accepted or withdrawn.
async function say(verb, code, note) {
  const data = note ? { note } : {};
  const receipt = await call("POST", `/v1/complaints/${code}/${verb}`, data, randomUUID());
  console.log(receipt.outcome, receipt.state ?? "");
}

async function follow() {
  for (;;) {
    for (const one of kept()) if (one.tracking && one.state !== "closed") await look(one);
    await sleep(EVERY * 1000);
  }
}

async function look(one) {
  let found;
  try {
    found = await call("GET", `/v1/complaints/${one.tracking}`);
  } catch (why) {
    if (why.status === 404) return; // it was filed just now
    throw why;
  }
  for (const { at, by, verb, note, reason } of found.notes) {
    const new_ = !(one.told ?? []).includes(at);
    if (new_ && !by.startsWith("channel.")) console.log(one.tracking, verb, note ?? reason ?? "");
  }
  if (found.state !== one.state) console.log(one.tracking, "is", found.state);
  keep({ ...one, state: found.state, told: found.notes.map(({ at }) => at) });
}

const [command, ...words] = process.argv.slice(2);
try {
  await { send, say, follow }[command](...words);
} catch (why) {
  if (!(why instanceof Refused)) throw why;
  console.error(why.message);
  process.exitCode = 1;
}
