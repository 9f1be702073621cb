"""Who is told by mail, by agency, role and kind of event (docs/reference/contacts.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import Final, Literal

from schemas import verbs

Role = Literal["agency", "head", "coordinator", "secretary", "inspectorate"]
Kind = Literal["complaints", "news", "escalations"]

KIND_OF: Final[dict[str, Kind]] = {
    verbs.ROUTED: "complaints",
    verbs.ESCALATED: "escalations",
    verbs.MOVED: "news",
    verbs.REPLIED: "news",
    verbs.WITHDRAWN: "news",
    verbs.REJECTED: "news",
    verbs.CLOSED: "news",
    verbs.MERGED: "news",
    verbs.SEPARATED: "news",
}
"""Of the verbs that an agency hears."""
ANSWERING: Final = ("agency", "head")
"""Roles that speak for their agency; the others read."""
_RESERVED: Final = ("invalid", "localhost")
_EXAMPLE: Final = "example"


@dataclass(frozen=True, slots=True)
class Contact:
    """One address. ``agency``: None for every one; ``digest``: the local time of day of one mail
    for all but escalations, None for a mail each."""

    role: Role
    agency: str | None
    address: str
    name: str = ""
    tells: frozenset[Kind] = frozenset()
    digest: time | None = None
    language: Literal["id", "en"] = "id"

    @property
    def filled_in(self) -> bool:
        """Whether the address may be somebody's: RFC 2606 reserves names for examples. `.test` is
        for whoever tries it on a mail server of his own."""
        labels = self.address.rpartition("@")[2].lower().split(".")
        return labels[-1] not in _RESERVED and _EXAMPLE not in labels


@dataclass(frozen=True, slots=True)
class Contacts:
    """``queues``: agencies whose own queue is read for them, since they have nothing but mail;
    ``personal``: those whose mails may hold what the complaint says and who wrote it."""

    all: tuple[Contact, ...] = ()
    queues: frozenset[str] = frozenset()
    personal: frozenset[str] = frozenset()

    @property
    def usable(self) -> tuple[Contact, ...]:
        """Those whose address is filled in."""
        return tuple(one for one in self.all if one.filled_in)

    def told(self, verb: str, agency: str | None, to: str | None = None) -> list[Contact]:
        """Who hears of an event of that agency; ``to``: the role that an escalation names.

        Where a head is to be told and none is known, the agency is.
        """
        kind = KIND_OF.get(verb)
        if kind is None:
            return []
        if kind != "escalations":
            return [one for one in self._of(agency) if kind in one.tells]
        found = [one for one in self._of(agency) if one.role == to]
        if not found and to == "head":
            found = [one for one in self._of(agency) if one.role == "agency"]
        return [one for one in found if kind in one.tells]

    def there(self, role: str, agency: str | None, address: str) -> Contact | None:
        """The contact of a role that has this address now."""
        same = (one for one in self._of(agency) if one.role == role)
        return next((one for one in same if one.address == address), None)

    def instead(self, role: str, agency: str | None) -> Contact | None:
        """Who has that role now."""
        return next((one for one in self._of(agency) if one.role == role), None)

    def drained(self) -> frozenset[str]:
        """Agencies whose queue is to be read: somebody hears what lies there."""
        return frozenset(
            code for code in self.queues if any(one.agency == code for one in self.usable)
        )

    def keys(self) -> tuple[str, ...]:
        """Patterns of routing keys for the queue of the mails: what no agency's queue brings."""
        return tuple(sorted(set(self._keys())))

    def _of(self, agency: str | None) -> Iterator[Contact]:
        return (one for one in self.usable if one.agency in (None, agency))

    def _keys(self) -> Iterator[str]:
        drained = self.drained()
        for one in self.usable:
            if one.agency in drained and one.agency is not None:
                continue  # its queue has every kind
            for verb, kind in KIND_OF.items():
                if kind in one.tells:
                    yield f"{verb}.{one.agency or '*'}.*"
