// The system of the agency "dishub": node agency.mjs
// Needs amqplib (npm install amqplib).
import { setTimeout as sleep } from "node:timers/promises";
import amqplib from "amqplib";

const AGENCY = process.env.AGENCY ?? "dishub";

async function say(channel, verb, about, data = {}) {
  const update = {
    specversion: "1.0",
    id: `${about.id}.${verb}`, // of what it answers: said twice, it counts once
    source: `/agencies/${AGENCY}`,
    type: `complaint.${verb}.v1`,
    subject: about.subject,
    data,
  };
  const options = {
    contentType: "application/cloudevents+json",
    messageId: update.id,
    persistent: true,
    mandatory: true,
  };
  const body = Buffer.from(JSON.stringify(update));
  channel.publish("complaints.updates", `agency.${AGENCY}.${verb}`, body, options);
  await channel.waitForConfirms();
}

async function handle(channel, event) {
  const verb = event.type.split(".")[1];
  console.log(verb, event.subject);
  if (verb !== "routed") return; // replied, withdrawn, a reminder, or what nobody knows yet
  await say(channel, "acknowledged", event);
  // In a real system people decide what comes now. Here they do so at once.
  if (event.data.decision.confidence < 0.5) {
    await say(channel, "returned", event, { reason: "Bukan kewenangan kami." });
    return;
  }
  await say(channel, "responded", event, { note: "Petugas kami ke lokasi besok." });
  if (event.data.role === "lead") { // the final answer is the lead's
    await say(channel, "resolved", event, { note: "Sudah ditangani." });
  }
}

for (;;) {
  try {
    const connection = await amqplib.connect(process.env.PINTU_AMQP_URL);
    connection.on("error", () => {}); // the channel's end tells as well
    const channel = await connection.createConfirmChannel();
    const lost = new Promise((resolve) => channel.on("close", resolve).on("error", () => {}));
    await channel.prefetch(10);
    await channel.consume(`agency.${AGENCY}`, async (message) => {
      try {
        await handle(channel, JSON.parse(message.content));
        channel.ack(message); // not before the work is done
      } catch (why) {
        console.error(why.message);
        await connection.close().catch(() => {}); // it comes again
      }
    });
    await lost;
  } catch (why) {
    console.error(`again in a second: ${why.message}`);
  }
  await sleep(1000);
}
