# The system of the agency "dishub": python3 agency.py
# Needs pika (https://pika.readthedocs.io/).
import json
import os
import sys
import time

import pika
from pika.exceptions import AMQPError

AGENCY = os.environ.get("AGENCY", "dishub")
PROPERTIES = pika.BasicProperties(content_type="application/cloudevents+json", delivery_mode=2)


def say(channel, verb, about, **data):
    update = {
        "specversion": "1.0",
        "id": f"{about['id']}.{verb}",  # of what it answers: said twice, it counts once
        "source": f"/agencies/{AGENCY}",
        "type": f"complaint.{verb}.v1",
        "subject": about["subject"],
        "data": data,
    }
    key, body = f"agency.{AGENCY}.{verb}", json.dumps(update).encode()
    channel.basic_publish("complaints.updates", key, body, PROPERTIES, mandatory=True)


def handle(channel, event):
    verb = event["type"].split(".")[1]
    print(verb, event.get("subject"), flush=True)
    if verb != "routed":
        return  # replied, withdrawn, closed, a reminder, or what nobody knows yet
    data = event["data"]
    say(channel, "acknowledged", event)
    # In a real system people decide what comes now. Here they do so at once.
    if data["decision"]["confidence"] < 0.5:
        say(channel, "returned", event, reason="Bukan kewenangan kami.")
        return
    say(channel, "responded", event, note="Petugas kami ke lokasi besok.")
    if data["role"] == "lead":  # the final answer is the lead's
        say(channel, "resolved", event, note="Sudah ditangani.")


while True:
    try:
        with pika.BlockingConnection(
            pika.URLParameters(os.environ["PINTU_AMQP_URL"])
        ) as connection:
            channel = connection.channel()
            channel.confirm_delivery()
            channel.basic_qos(prefetch_count=10)
            for method, _, body in channel.consume(f"agency.{AGENCY}"):
                handle(channel, json.loads(body))
                channel.basic_ack(method.delivery_tag)  # not before the work is done
    except (AMQPError, OSError) as why:
        print(f"again in a second: {why!r}", file=sys.stderr)
        time.sleep(1)
