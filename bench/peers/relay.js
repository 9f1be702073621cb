// Node's amqplib: a callback for each message, 400 in flight.
//
// As its README and its examples have it: a channel for each direction, a confirm channel whose
// publish calls back, prefetch, and an acknowledgement when the work is done. Its examples publish
// without confirms (`sendToQueue` on a plain channel) except for waitForConfirms.js; here each
// acknowledgement waits for the confirm of its own message. Kinder: TCP without delay.
"use strict";

const { readFileSync } = require("node:fs");
const amqplib = require("amqplib");

const keys = readFileSync(process.env.PEER_KEYS, "utf8").split("\n").filter(Boolean);

function keyOf(messageId) {
  return keys[Number(messageId.slice(messageId.lastIndexOf("-") + 1)) % keys.length];
}

function fail(error) {
  console.error(error.message || error);
  process.exit(1);
}

async function main() {
  const connection = await amqplib.connect(process.env.PEER_URL, { noDelay: true });
  connection.on("error", fail);
  const publishing = await connection.createConfirmChannel();
  publishing.on("error", fail);
  publishing.on("return", (message) => fail(`no queue for ${message.fields.routingKey}`));
  const consuming = await connection.createChannel();
  consuming.on("error", fail);
  await consuming.prefetch(400);
  await consuming.consume("router.intake", (message) => {
    if (message === null) fail("the consumer was cancelled");
    const { messageId, contentType } = message.properties;
    const options = { persistent: true, mandatory: true, messageId, contentType };
    publishing.publish("complaints.events", keyOf(messageId), message.content, options, (error) => {
      if (error) consuming.nack(message);
      else consuming.ack(message);
    });
  });
}

main().catch(fail);
