# The system of the agency "dishub" over HTTP: python3 agency.py
import http.client
import json
import os
import random
import sys
import time
from urllib.error import HTTPError
from urllib.parse import quote
from urllib.request import Request, urlopen

URL = os.environ.get("PINTU_GATEWAY_URL", "http://127.0.0.1:8080")
AGENCY = os.environ.get("AGENCY", "dishub")
KEY = os.environ["KEY"]
EVERY = float(os.environ.get("EVERY", "60"))
AGAIN = (408, 429, 500, 502, 503, 504)


class Refused(Exception):
    pass


def call(method, path, data=None, id=None):
    """Until there is an answer for good. What is sent twice under one id counts once."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    if id is not None:
        headers["Idempotency-Key"] = id
    body = None if data is None else json.dumps(data).encode()
    url, pause = f"{URL}/v1/agencies/{AGENCY}/cases{path}", 1.0
    while True:
        try:
            with urlopen(Request(url, body, headers, method=method), timeout=30) as answer:
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


def open_cases():
    """All of them, the oldest first, page by page."""
    after = ""
    while after is not None:
        page = call("GET", f"?limit=100&after={quote(after)}" if after else "?limit=100")
        yield from page["cases"]
        after = page["next"]


def say(case, verb, **data):
    # Made of what it answers: said twice, it counts once.
    answered = case["notes"][-1]["at"] if case["notes"] else case["received_at"]
    id = f"{case['complaint_id']}.{verb}.{answered}"
    try:
        receipt = call("POST", f"/{case['tracking']}/{verb}", data, id)
        print(case["tracking"], verb, receipt["outcome"], flush=True)
    except Refused as why:  # it changed meanwhile: the next round shows how
        print(case["tracking"], verb, *why.args, file=sys.stderr)


def handle(case):
    """One step of a case. In a real system people decide; here it decides by itself."""
    if case["state"] == "routed":
        print(case["tracking"], (case["complaint"] or {}).get("text"), flush=True)
        say(case, "acknowledged")
    elif case["state"] == "acknowledged" and case["topic"] is None:
        say(case, "returned", reason="Bukan kewenangan kami.")
    elif case["state"] == "acknowledged":
        say(case, "responded", note="Petugas kami ke lokasi besok.")
    elif case["state"] == "responded":
        say(case, "resolved", note="Sudah ditangani.")
    # "held" and "resolved" wait for the reporter.


while True:
    for case in open_cases():
        handle(case)
    time.sleep(EVERY)
