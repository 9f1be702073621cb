"""Broken promises, one tree; expected answers are values and stand elsewhere.

PintuError
├── Unavailable           something outside is away: pause, back off, try again
│   ├── BrokerUnavailable     RabbitMQ: not connected, blocked, or no confirm in time
│   │   └── NotTaken              some messages of a batch; the rest it has
│   │   ├── NotPermitted          it refuses what this user wants to do
│   │   ├── LoginRefused          it does not let this user in, or not into this vhost
│   │   └── TrustRefused          no TLS with it as the URL is written
│   ├── StoreUnavailable      the journal or the case store
│       ├── StoreLoginRefused     the database does not let this user in
│       └── StoreTrustRefused     no TLS with it as the URL is written
│   ├── FilesUnavailable      the folder of attachments
│   │   └── FilesFull             it has no room
│   └── ScannerUnavailable    the virus scanner
├── Unroutable            a mandatory message reached no queue: the topology is damaged
├── Unpublishable         a message that no frame can carry: what it was made of is parked
├── TopologyConflict      an object exists with other arguments (AMQP 406)
├── NotInstalled          a program is missing (rabbitmq-server)
└── BadConfiguration      settings or rules; lists every error with its place
"""

from collections.abc import Collection


class PintuError(Exception):
    """Whatever Pintu raises on purpose."""


class Unavailable(PintuError):
    """Something outside is away; the work goes on when it is back."""


class BrokerUnavailable(Unavailable):
    """RabbitMQ cannot be reached, blocks publishers, or did not confirm in time."""


class NotPermitted(BrokerUnavailable):
    """RabbitMQ refuses this user; until an operator grants it, trying again does not help."""


class LoginRefused(BrokerUnavailable):
    """RabbitMQ does not let this user in, or not into this vhost; it may be about to be granted."""


class TrustRefused(BrokerUnavailable):
    """RabbitMQ and this program do not trust each other, or one speaks TLS and the other does not:
    the URL, or a certificate, has to be changed."""


REFUSALS = (LoginRefused, TrustRefused)
"""What trying again does not mend where it comes at the first try: a mistake in the settings. Later
on it may be a password or a certificate that is just being changed."""


class NotTaken(BrokerUnavailable):
    """RabbitMQ refused messages, as it does where a queue has no quorum; the others it has.

    What they were published on is still good. ``ids``: their ``message_id``.
    """

    def __init__(self, why: str, ids: Collection[str]) -> None:
        super().__init__(why)
        self.ids = frozenset(ids)


class StoreUnavailable(Unavailable):
    """The journal or the case store cannot be read or written."""


class StoreLoginRefused(StoreUnavailable):
    """The database does not let this user in; it may be about to be granted."""


class StoreTrustRefused(StoreUnavailable):
    """The database and this program do not trust each other, or only one of them wants TLS: the
    URL, or a certificate, has to be changed."""


STORE_REFUSALS = (StoreLoginRefused, StoreTrustRefused)
"""As ``REFUSALS``, of the database."""


class FilesUnavailable(Unavailable):
    """The folder of attachments cannot be read or written."""


class FilesFull(FilesUnavailable):
    """There is no room for another file."""


class ScannerUnavailable(Unavailable):
    """The virus scanner does not answer, or not as it should."""


class Unroutable(PintuError):
    """A mandatory message reached no queue.

    ``ids``: the ``message_id`` of those of a batch that did not, where they are known; the others
    were taken, and what they were published on is still good.
    """

    def __init__(self, why: str, ids: Collection[str] = ()) -> None:
        super().__init__(why)
        self.ids = frozenset(ids)


class Unpublishable(PintuError):
    """A message that cannot be put into frames; none of its batch was sent.

    ``message_id``: which one.
    """

    def __init__(self, message_id: str, why: str) -> None:
        super().__init__(f"{message_id}: {why}")
        self.message_id = message_id


class TopologyConflict(PintuError):
    """An exchange or queue exists with other arguments."""


class NotInstalled(PintuError):
    """A program that is needed is not on this machine."""


class BadConfiguration(PintuError):
    """Settings or rules are wrong; the message lists every error with its place."""
