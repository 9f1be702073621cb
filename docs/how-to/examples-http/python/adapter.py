# An adapter of the channel "web" over HTTP:
#   python3 adapter.py send [TEXT] | follow | say VERB CODE [NOTE]
import http.client
import json
import os
import random
import sys
import time
import uuid
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

URL = os.environ.get("PINTU_GATEWAY_URL", "http://127.0.0.1:8080")
KEY = os.environ["KEY"]
EVERY = float(os.environ.get("EVERY", "60"))
KEPT = Path(os.environ.get("KEPT", "complaints"))  # a real adapter has a table for them
AGAIN = (408, 429, 500, 502, 503, 504)


class Refused(Exception):
    def __init__(self, status, detail):
        super().__init__(f"{status} {detail}")
        self.status = status


def call(method, path, data=None, id=None):
    """Until there is an answer for good. What is sent twice under one id counts once."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    if id is not None:
        headers["Idempotency-Key"] = id
    body = None if data is None else json.dumps(data).encode()
    pause = 1.0
    while True:
        try:
            with urlopen(Request(URL + path, body, headers, method=method), timeout=30) as answer:
                return json.load(answer)
        except HTTPError as error:
            if error.code not in AGAIN:
                raise Refused(error.code, error.read().decode(errors="replace")) from None
            why, after = error, error.headers.get("Retry-After", "")
            wait = float(after) if after.isdecimal() else pause
        except (OSError, http.client.HTTPException) as error:  # no answer, or half of one
            why, wait = error, pause
        wait *= random.uniform(1, 1.5)  # not all at once
        print(f"again in {wait:.1f} s: {why}", file=sys.stderr)
        time.sleep(wait)
        pause = min(pause * 2, 60)


def keep(complaint):
    KEPT.mkdir(mode=0o700, exist_ok=True)
    file = KEPT / f"{complaint['id']}.json"
    new = file.with_suffix(".new")
    new.write_text(json.dumps(complaint))
    new.replace(file)


def kept():
    return [json.loads(file.read_text()) for file in sorted(KEPT.glob("*.json"))]


def send(text=None):
    """Keep it, then hand over whatever was kept and not handed over yet."""
    if text is not None:
        keep({"id": str(uuid.uuid4()), "text": text})  # a random id: nobody can guess it
    for one in kept():
        if "tracking" in one or "refused" in one:
            continue
        try:
            answer = call("POST", "/v1/complaints", {"text": one["text"]}, one["id"])
        except Refused as why:  # somebody has to look at it: the same again would not help
            keep({**one, "refused": str(why)})
            print(f"{one['id']}: {why}", file=sys.stderr)
            continue
        keep({**one, "tracking": answer["tracking"], "pin": answer["pin"]})
        print(answer["tracking"], answer["pin"], flush=True)  # the reporter keeps both


def say(verb, code, note=None):
    """What the reporter says: replied, accepted or withdrawn."""
    data = {"note": note} if note else {}
    receipt = call("POST", f"/v1/complaints/{code}/{verb}", data, str(uuid.uuid4()))
    print(receipt["outcome"], receipt["state"] or "")


def follow():
    while True:
        for one in kept():
            if "tracking" in one and one.get("state") != "closed":
                look(one)
        time.sleep(EVERY)


def look(one):
    try:
        case = call("GET", f"/v1/complaints/{one['tracking']}")
    except Refused as why:
        if why.status == 404:  # it was filed just now
            return
        raise
    for note in case["notes"]:
        if note["at"] not in one.get("told", []) and not note["by"].startswith("channel."):
            tell(one, note["verb"], note["note"] or note["reason"] or "")
    if case["state"] != one.get("state"):
        tell(one, "is", case["state"])
    keep({**one, "state": case["state"], "told": [note["at"] for note in case["notes"]]})


def tell(one, *words):
    print(one["tracking"], *words, flush=True)


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    run = {"send": send, "say": say, "follow": follow}[command]
    try:
        run(*words)
    except Refused as why:
        sys.exit(str(why))
