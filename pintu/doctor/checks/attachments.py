"""Files that come with complaints: where they lie, who looks at them, how they are reached."""

from collections.abc import Iterator
from typing import Final

from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, Outcome, broken, risk

_SUBJECT: Final = "attachments"


@check(
    "attachments-folder",
    _SUBJECT,
    "a folder of attachments that cannot be written or has no room: complaints with files are"
    " refused",
)
def folder(facts: Facts) -> Iterator[Outcome]:
    found = facts.attachments.get()
    if found.wrong:
        mends = "make room or give this user the right to write there; see PINTU_ATTACHMENTS"
        yield broken(found.where, f"takes no files: {found.wrong}", mends)
    else:
        yield Fine(f"{found.where} takes files")


@check(
    "attachments-scanner",
    _SUBJECT,
    "a virus scanner of PINTU_CLAMD that does not answer: complaints with files are refused",
)
def scanner(facts: Facts) -> Iterator[Outcome]:
    found = facts.attachments.get()
    if found.silent:
        mends = "systemctl start clamav-daemon, or unset PINTU_CLAMD to take files unlooked at"
        yield broken(found.scanner or "clamd", found.silent, mends)
    elif found.scanner is not None:
        yield Fine(f"{found.scanner} answers")


@check(
    "attachments-links",
    _SUBJECT,
    "no PINTU_GATEWAY_URL, where the gateway listens on every address: links to files name none"
    " that anybody reaches",
)
def links(facts: Facts) -> Iterator[Outcome]:
    found = facts.attachments.get()
    if found.hidden:
        says = f"links to files name {found.hidden}, which nobody reaches"
        yield risk("gateway", says, "set PINTU_GATEWAY_URL to the address that people see")
