"""A portal over HTTP at night: it files complaints and looks one up, again and again."""

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from uuid import uuid4

import httpx


class Portal:
    """Files and looks up every so many seconds, whatever the answer; ``statuses``: what it got."""

    def __init__(self, address: str, key: str, every: float) -> None:
        self._address = address
        self.key = key
        self._every = every
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._again, args=(number,)) for number in range(2)
        ]
        self.statuses = Counter[int]()

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _again(self, number: int) -> None:
        with httpx.Client(base_url=self._address, timeout=30) as client:
            while not self._stop.wait(self._every):
                with suppress(httpx.HTTPError):
                    answer = self._files(client) if number else self._looks_up(client)
                    self.statuses[answer.status_code] += 1

    def _files(self, client: httpx.Client) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": uuid4().hex}
        body = {"text": "lampu jalan mati di depan sekolah"}
        return client.post("/v1/complaints", json=body, headers=headers)

    def _looks_up(self, client: httpx.Client) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.key}"}
        return client.get("/v1/complaints/0000-0000-0000", headers=headers)


@contextmanager
def portal(address: str, key: str, every: float = 0.1) -> Iterator[Portal]:
    """While it goes on."""
    made = Portal(address, key, every)
    made.start()
    try:
        yield made
    finally:
        made.stop()
