// Takes events by webhook: node receiver.mjs serve [PORT] | work
// Node 18 or newer. A real system has a table with the ids in place of a file with lines.
import { createHmac, timingSafeEqual } from "node:crypto";
import * as fs from "node:fs";
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

const SECRET = Buffer.from(process.env.SECRET.replace(/^whsec_/, ""), "base64");
const INBOX = process.env.INBOX ?? "inbox.jsonl";
const EVERY = Number(process.env.EVERY ?? 1);
const MOST = 2 << 20; // bytes
const SOON = 300; // seconds: what is older was recorded and sent again by somebody

// Whether Pintu sent it (https://www.standardwebhooks.com): the bytes as they came.
function genuine(id, at, signatures, body) {
  if (!id || !/^\d{1,12}$/.test(at) || Math.abs(Date.now() / 1000 - Number(at)) > SOON) return false;
  const digest = createHmac("sha256", SECRET).update(`${id}.${at}.`).update(body).digest("base64");
  const right = Buffer.from(`v1,${digest}`);
  // There are two of them while the secret is changed.
  return signatures.split(" ").map((one) => Buffer.from(one))
    .some((one) => one.length === right.length && timingSafeEqual(one, right));
}

// One line for each event. What a crash has left of a line was never answered: it comes again.
function openInbox() {
  const file = fs.openSync(INBOX, "a+", 0o600);
  const text = fs.readFileSync(file);
  let size = text.lastIndexOf("\n") + 1;
  fs.ftruncateSync(file, size);
  const lines = text.subarray(0, size).toString().split("\n").slice(0, -1);
  const seen = new Set(lines.map((line) => JSON.parse(line).id));
  // On the disk when it returns. A second time under one id changes nothing.
  return (id, event) => {
    if (seen.has(id)) return;
    const line = Buffer.from(`${JSON.stringify({ id, event })}\n`);
    try {
      if (fs.writeSync(file, line) < line.length) throw new Error("the disk is full");
      fs.fsyncSync(file);
    } catch (why) {
      fs.ftruncateSync(file, size);
      throw why;
    }
    size += line.length;
    seen.add(id);
  };
}

function serve(port = "8090") {
  const keep = openInbox();
  createServer((request, response) => {
    const parts = [];
    let size = 0;
    const answer = (status) => response.writeHead(status, { "Content-Length": 0 }).end();
    request.on("data", (part) => {
      size += part.length;
      if (size <= MOST) parts.push(part);
    });
    request.on("end", () => {
      if (request.method !== "POST") return answer(405);
      if (size > MOST) return answer(413);
      const header = (name) => request.headers[`webhook-${name}`] ?? "";
      const id = header("id"), body = Buffer.concat(parts);
      if (!genuine(id, header("timestamp"), header("signature"), body)) return answer(401);
      try {
        keep(id, JSON.parse(body));
      } catch (why) {
        console.error(`not kept, it will come again: ${why.message}`);
        return answer(503);
      }
      answer(204); // not before it is kept: now nobody sends it again
    });
  }).listen(Number(port), "127.0.0.1");
}

// What was kept, in the order in which it came: of each case, the order in which it happened.
async function work() {
  const bookmark = `${INBOX}.done`; // how many lines are done
  let done = fs.existsSync(bookmark) ? Number(fs.readFileSync(bookmark)) : 0;
  for (;;) {
    const lines = fs.existsSync(INBOX) ? fs.readFileSync(INBOX, "utf8").split("\n").slice(0, -1) : [];
    for (const line of lines.slice(done)) {
      handle(JSON.parse(line).event);
      fs.writeFileSync(`${bookmark}.new`, String(++done));
      fs.renameSync(`${bookmark}.new`, bookmark);
    }
    await sleep(EVERY * 1000);
  }
}

// What is not known yet is passed over here, and not refused above.
function handle({ type, subject, data }) {
  console.log(data.tracking ?? subject, type.split(".")[1], data.note ?? "");
}

const [command, ...words] = process.argv.slice(2);
await { serve, work }[command](...words);
