# An adapter of the channel "web": python3 adapter.py send TEXT | say VERB CODE [NOTE] | listen
# Needs pika (https://pika.readthedocs.io/).
import json
import os
import sys
import time
import uuid

import pika
from pika.exceptions import AMQPError
from tracking import complaint_id, tracking

CHANNEL = os.environ.get("CHANNEL", "web")
SOURCE = f"/channels/{CHANNEL}"


def connect():
    return pika.BlockingConnection(pika.URLParameters(os.environ["PINTU_AMQP_URL"]))


def event(kind, data, **more):
    id = str(uuid.uuid4())  # random: nobody can guess it
    return {"specversion": "1.0", "id": id, "source": SOURCE, "type": kind, "data": data, **more}


def publish(exchange, key, message):
    """Until RabbitMQ has confirmed it. Sent twice under one id, it is one complaint."""
    properties = pika.BasicProperties(
        content_type="application/cloudevents+json", delivery_mode=2, message_id=message["id"]
    )
    while True:
        try:
            with connect() as connection:
                channel = connection.channel()
                channel.confirm_delivery()
                body = json.dumps(message).encode()
                channel.basic_publish(exchange, key, body, properties, mandatory=True)
                return
        except (AMQPError, OSError) as why:
            print(f"not confirmed, again in a second: {why!r}", file=sys.stderr)
            time.sleep(1)


def send(text):
    complaint = event("complaint.submitted.v1", {"text": text})
    # A real adapter first writes the complaint and its id into its own database.
    publish("complaints.intake", CHANNEL, complaint)
    print(tracking(complaint_id(SOURCE, complaint["id"])))


def say(verb, code, note=None):
    """What the reporter says: replied, accepted or withdrawn."""
    update = event(f"complaint.{verb}.v1", {"note": note} if note else {}, subject=code)
    publish("complaints.updates", f"channel.{CHANNEL}.{verb}", update)


def listen():
    told = set()  # a real adapter keeps the ids of what it has told in its database
    while True:
        try:
            with connect() as connection:
                channel = connection.channel()
                channel.basic_qos(prefetch_count=10)
                for method, _, body in channel.consume(f"channel.{CHANNEL}"):
                    news = json.loads(body)
                    if news["id"] not in told:
                        tell(news)
                        told.add(news["id"])
                    channel.basic_ack(method.delivery_tag)
        except (AMQPError, OSError) as why:
            print(f"again in a second: {why!r}", file=sys.stderr)
            time.sleep(1)


def tell(news):
    data, verb = news["data"], news["type"].split(".")[1]
    print(data.get("tracking") or news["subject"], verb, data.get("note") or "", flush=True)


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    run = {"send": send, "say": say, "listen": listen}[command]
    run(*words)
