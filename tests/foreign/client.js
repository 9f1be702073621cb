// A client in another language that knows nothing but the contract.
//
//   node client.js publish URL   JSON lines on stdin: {exchange, key, body (base64), options}
//                                one JSON line on stdout for each: {"outcome": "confirmed" | "returned" | "refused"}
//   node client.js read URL QUEUE   takes out what is there: {body (base64), fields, properties} a line
"use strict";

const amqplib = require("amqplib");
const readline = require("node:readline");

async function publish(url) {
  const connection = await amqplib.connect(url);
  const channel = await connection.createConfirmChannel();
  const returned = new Set();
  channel.on("return", (message) => returned.add(message.properties.appId));
  const outcomes = [];
  let number = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const { exchange, key, body, options } = JSON.parse(line);
    const appId = `adapter-${number++}`;
    outcomes.push(
      new Promise((resolve) => {
        channel.publish(
          exchange,
          key,
          Buffer.from(body, "base64"),
          { ...options, appId, mandatory: true, persistent: true },
          (error) => resolve(error ? "refused" : returned.has(appId) ? "returned" : "confirmed"),
        );
      }),
    );
  }
  for (const outcome of await Promise.all(outcomes)) {
    console.log(JSON.stringify({ outcome }));
  }
  await connection.close();
}

async function read(url, queue) {
  const connection = await amqplib.connect(url);
  const channel = await connection.createChannel();
  for (;;) {
    const message = await channel.get(queue);
    if (!message) break;
    const { content, fields, properties } = message;
    console.log(JSON.stringify({ body: content.toString("base64"), fields, properties }));
    channel.ack(message);
  }
  await channel.close();
  await connection.close();
}

const [what, url, queue] = process.argv.slice(2);
(what === "publish" ? publish(url) : read(url, queue)).catch((error) => {
  console.error(error.message);
  process.exit(1);
});
