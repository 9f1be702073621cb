"""Reads `contacts.toml` of a configuration folder: who is told by mail."""

from collections.abc import Collection
from datetime import time
from importlib.resources.abc import Traversable
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field

from broker.contacts import ANSWERING, Contact, Contacts, Kind, Role
from config.language import gettext, worded
from config.loading.problems import Findings
from config.loading.rules_files import toml_file
from config.loading.rules_format import Code, Entry, Named
from config.mail_address import is_address

CONTACTS: Final = "contacts.toml"
_TELLS: Final[dict[Role, frozenset[Kind]]] = {
    "agency": frozenset(("complaints", "news", "escalations"))
}


def _address(value: str) -> str:
    if not is_address(value):
        raise ValueError(
            gettext("is no mail address; write one, such as pengaduan@dinas.example.go.id")
        )
    return value


class MailedAgency(Entry):
    """What holds for all contacts of an agency."""

    code: Code
    queue: bool = False
    personal: bool = False


class ContactEntry(Entry):
    """One address, and what it hears."""

    role: Role
    address: Annotated[str, AfterValidator(_address)]
    agency: Code | None = None
    name: Named | None = None
    tells: Annotated[list[Kind], Field(min_length=1)] | None = None
    digest: time | None = None
    language: Literal["id", "en"] = "id"


class ContactsFile(Entry):
    """The file as a whole."""

    agency: list[MailedAgency] = Field(default_factory=list)
    contact: list[ContactEntry] = Field(default_factory=list)


def read_contacts(folder: Traversable, known: Collection[str], findings: Findings) -> Contacts:
    """The contacts of a folder, none where there is no file; ``known``: codes of agencies."""
    if not folder.joinpath(CONTACTS).is_file():
        return Contacts()
    file = toml_file(folder, CONTACTS, ContactsFile, findings)
    if file is None:
        return Contacts()
    _check(file, known, findings)
    made = Contacts(
        tuple(_contact(entry) for entry in file.contact),
        frozenset(entry.code for entry in file.agency if entry.queue),
        frozenset(entry.code for entry in file.agency if entry.personal),
    )
    for code in sorted(made.queues - made.drained()):
        findings.warn(
            CONTACTS,
            0,
            f"agency {code}",
            gettext("queue = true, and no contact of it has an address yet"),
        )
    return made


def _check(file: ContactsFile, known: Collection[str], findings: Findings) -> None:
    codes = [entry.code for entry in file.agency]
    for n, code in enumerate(codes, 1):
        _known(code, worded("agency {n}, code", n=n), known, findings)
        if code in codes[: n - 1]:
            what = worded("{code} is there twice; remove one", code=code)
            findings.error(CONTACTS, 0, f"agency {n}", what)
    seen = set[tuple[str, str | None, str]]()
    for n, entry in enumerate(file.contact, 1):
        place = f"contact {n}"
        if entry.agency is not None:
            _known(entry.agency, f"{place}, agency", known, findings)
        elif entry.role in ANSWERING:
            what = worded(
                "a contact of role {role!r} is somebody's: name the agency", role=entry.role
            )
            findings.error(CONTACTS, 0, f"{place}, agency", what)
        key = (entry.role, entry.agency, entry.address.lower())
        if key in seen:
            what = gettext("the same address in the same role; remove one")
            findings.error(CONTACTS, 0, place, what)
        seen.add(key)
        if entry.digest is not None and entry.digest.tzinfo is not None:
            what = gettext("a local time has no offset")
            findings.error(CONTACTS, 0, f"{place}, digest", what)


def _known(code: str, place: str, known: Collection[str], findings: Findings) -> None:
    in_agencies = findings.refers("agencies.toml", code, known)
    if not in_agencies and not findings.refers("places.csv", code, ()):
        what = worded("no agency has the code {code!r}", code=code)
        findings.error(CONTACTS, 0, place, what)


def _contact(entry: ContactEntry) -> Contact:
    tells = frozenset(entry.tells) if entry.tells else _TELLS.get(entry.role)
    return Contact(
        role=entry.role,
        agency=entry.agency,
        address=entry.address,
        name=entry.name or "",
        tells=tells or frozenset(("escalations",)),
        digest=entry.digest,
        language=entry.language,
    )
