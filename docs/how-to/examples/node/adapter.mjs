// An adapter of the channel "web": node adapter.mjs send TEXT | say VERB CODE [NOTE] | listen
// Needs amqplib (npm install amqplib).
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import amqplib from "amqplib";
import { complaintId, tracking } from "./tracking.mjs";

const CHANNEL = process.env.CHANNEL ?? "web";
const SOURCE = `/channels/${CHANNEL}`;

async function connect() {
  const connection = await amqplib.connect(process.env.PINTU_AMQP_URL);
  connection.on("error", () => {}); // the channel's end tells as well
  return connection;
}

// A random id: nobody can guess it.
const event = (type, data, more = {}) =>
  ({ specversion: "1.0", id: randomUUID(), source: SOURCE, type, data, ...more });

// Until RabbitMQ has confirmed it. Sent twice under one id, it is one complaint.
async function publish(exchange, key, message) {
  const options = {
    contentType: "application/cloudevents+json",
    messageId: message.id,
    persistent: true,
    mandatory: true,
  };
  for (;;) {
    let connection;
    try {
      connection = await connect();
      const channel = await connection.createConfirmChannel();
      channel.on("error", () => {});
      const confirmed = new Promise((resolve, reject) => {
        channel.on("return", () => reject(new Error("no queue took it")));
        channel.on("close", () => reject(new Error("the connection was lost")));
        channel.publish(exchange, key, Buffer.from(JSON.stringify(message)), options, (error) =>
          error ? reject(error) : resolve());
      });
      await confirmed;
      return;
    } catch (why) {
      console.error(`not confirmed, again in a second: ${why.message}`);
    } finally {
      await connection?.close().catch(() => {}); // it may be lost
    }
    await sleep(1000);
  }
}

async function send(text) {
  const complaint = event("complaint.submitted.v1", { text });
  // A real adapter first writes the complaint and its id into its own database.
  await publish("complaints.intake", CHANNEL, complaint);
  console.log(tracking(complaintId(SOURCE, complaint.id)));
}

// What the reporter says: replied, accepted or withdrawn.
async function say(verb, code, note) {
  const update = event(`complaint.${verb}.v1`, note ? { note } : {}, { subject: code });
  await publish("complaints.updates", `channel.${CHANNEL}.${verb}`, update);
}

async function listen() {
  const told = new Set(); // a real adapter keeps the ids of what it has told in its database
  for (;;) {
    try {
      const connection = await connect();
      const channel = await connection.createChannel();
      channel.on("error", () => {});
      const lost = new Promise((resolve) => channel.on("close", resolve));
      await channel.prefetch(10);
      await channel.consume(`channel.${CHANNEL}`, (message) => {
        if (message === null) return connection.close(); // the queue went away
        const news = JSON.parse(message.content);
        if (!told.has(news.id)) tell(news);
        told.add(news.id);
        channel.ack(message);
      });
      await lost;
    } catch (why) {
      console.error(`again in a second: ${why.message}`);
    }
    await sleep(1000);
  }
}

function tell({ type, subject, data }) {
  console.log(data.tracking ?? subject, type.split(".")[1], data.note ?? "");
}

const [command, ...words] = process.argv.slice(2);
await { send, say, listen }[command](...words);
