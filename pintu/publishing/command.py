"""The wiring of ``pintu publish``: the items, the broker, the signals and what is shown."""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from functools import partial
from typing import Final

from broker.errors import PintuError, Unroutable
from broker.messaging import names
from broker.ports import Broker
from config.broker_sentences import told
from config.csv_file import BadFile
from config.language import worded
from config.settings import Settings
from consumers.runtime.broker_address import BrokerAddress
from pintu.app import reached, rules_of
from pintu.publishing.arriving import Arriving
from pintu.publishing.complaints import Item
from pintu.publishing.sending import Sending
from pintu.publishing.tally import Tally
from pintu.publishing.watching import watching

_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class Publishing:
    """One run of the command; afterwards the attributes say how it ended.

    ``stopped_by`` is the signal that ended it early, ``failure`` the error that did, and
    ``seconds`` the time since the first line was read.
    """

    def __init__(
        self, settings: Settings, *, size: int | None, first: int, unit: str = "line"
    ) -> None:
        self.tally = Tally(go_on=first, unit=unit)
        self.seconds = 0.0
        self.stopped_by: signal.Signals | None = None
        self.failure: PintuError | BadFile | OSError | None = None
        self._settings = settings
        self._size = size
        self._stop = asyncio.Event()
        self._began: float | None = None

    async def run(self, items: Iterator[Item]) -> None:
        """Publish the items; they are asked for in a thread."""
        work = asyncio.create_task(self._work(items))
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, self._signalled, number, work)
        try:
            await work
        except asyncio.CancelledError:
            if self.stopped_by is None:
                raise
        except (PintuError, BadFile, OSError) as why:
            self.failure = why
        finally:
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    def _signalled(self, number: signal.Signals, work: "asyncio.Task[None]") -> None:
        if self.stopped_by is not None:
            os._exit(128 + number)
        self.stopped_by = number
        if self._began is None:
            work.cancel()  # there is no batch in hand to finish; a private node may be starting
        self._stop.set()

    async def _work(self, items: Iterator[Item]) -> None:
        async with reached(self._settings) as outside:
            broker = outside.broker("pintu publish")
            await _intake_is_there(broker, outside.address, self._settings)
            self._began = time.monotonic()
            with watching(self._size, self.tally.unit) as told:
                connect = partial(broker.publisher, names.INTAKE)
                try:
                    await Sending(Arriving(items), connect, told, self._stop, self.tally).run()
                finally:
                    self.seconds = time.monotonic() - self._began


async def _intake_is_there(broker: Broker, address: BrokerAddress, settings: Settings) -> None:
    """A private node that nobody has used yet gets its topology; elsewhere that is not our task."""
    try:
        async with broker.publisher(names.INTAKE):
            return
    except Unroutable as why:
        if not address.private:
            said = told(why)
            raise Unroutable(
                worded("{why}; start `pintu run router` once, or `pintu topology apply`", why=said)
            ) from None
    from consumers.runtime.topology import declared_topology  # noqa: PLC0415 -- brings HTTP and metrics

    await declared_topology(address, rules_of(settings.config_dir))
