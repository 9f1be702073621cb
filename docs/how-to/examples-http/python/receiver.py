# Takes events by webhook: python3 receiver.py serve [PORT] | work
import base64
import hashlib
import hmac
import json
import os
import sqlite3
import sys
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

SECRET = base64.b64decode(os.environ["SECRET"].removeprefix("whsec_"))
INBOX = os.environ.get("INBOX", "inbox.sqlite3")
EVERY = float(os.environ.get("EVERY", "1"))
MOST = 2 << 20  # bytes
SOON = 300  # seconds: what is older was recorded and sent again by somebody


def inbox():
    database = sqlite3.connect(INBOX, timeout=20)
    database.execute(
        "CREATE TABLE IF NOT EXISTS inbox (n INTEGER PRIMARY KEY AUTOINCREMENT,"
        " id TEXT NOT NULL UNIQUE, event BLOB NOT NULL, done INTEGER NOT NULL DEFAULT 0)"
    )
    return database


def genuine(id, at, signatures, body):
    """Whether Pintu sent it (https://www.standardwebhooks.com): the bytes as they came."""
    if not id or not (at.isascii() and at.isdecimal()) or abs(time.time() - int(at)) > SOON:
        return False
    digest = hmac.digest(SECRET, f"{id}.{at}.".encode() + body, hashlib.sha256)
    right = b"v1," + base64.b64encode(digest)
    # There are two of them while the secret is changed.
    return any(hmac.compare_digest(right, one.encode()) for one in signatures.split())


def keep(id, body):
    """On the disk when it returns. A second time under one id changes nothing."""
    database = inbox()
    try:
        with database:
            database.execute("INSERT OR IGNORE INTO inbox (id, event) VALUES (?, ?)", (id, body))
    finally:
        database.close()


class Receiver(BaseHTTPRequestHandler):
    timeout = 30

    def do_POST(self):
        self.send_response(self.received())
        self.send_header("Content-Length", "0")
        self.end_headers()

    def received(self):
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > MOST:
            self.close_connection = True
            return 413 if length.isdecimal() else 411
        body = self.rfile.read(int(length))
        names = ("webhook-id", "webhook-timestamp", "webhook-signature")
        id, at, signatures = (self.headers.get(name, "") for name in names)
        if not genuine(id, at, signatures, body):
            return 401
        try:
            keep(id, body)
        except sqlite3.Error as why:
            print(f"not kept, it will come again: {why}", file=sys.stderr)
            return 503
        return 204  # not before it is kept: now nobody sends it again


def serve(port="8090"):
    ThreadingHTTPServer(("127.0.0.1", int(port)), Receiver).serve_forever()


def work():
    """What was kept, in the order in which it came: of each case as it happened."""
    database = inbox()
    while True:
        waiting = database.execute("SELECT n, event FROM inbox WHERE done = 0 ORDER BY n LIMIT 100")
        for n, event in waiting.fetchall():
            handle(json.loads(event))
            with database:
                database.execute("UPDATE inbox SET done = 1 WHERE n = ?", (n,))
        time.sleep(EVERY)


def handle(event):
    verb, data = event["type"].split(".")[1], event["data"]
    # What is not known yet is passed over here, and not refused above.
    print(data.get("tracking") or event.get("subject"), verb, data.get("note") or "", flush=True)


if __name__ == "__main__":
    command, *words = sys.argv[1:]
    run = {"serve": serve, "work": work}[command]
    run(*words)
