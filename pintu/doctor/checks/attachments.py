"""Files that come with complaints: where they lie, who looks at them, how they are reached."""

from collections.abc import Iterator
from typing import Final

from config.language import gettext, worded
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
        mends = gettext(
            "make room or give this user the right to write there; see PINTU_ATTACHMENTS"
        )
        yield broken(found.where, worded("takes no files: {wrong}", wrong=found.wrong), mends)
    else:
        yield Fine(worded("{where} takes files", where=found.where))


@check(
    "attachments-scanner",
    _SUBJECT,
    "a virus scanner of PINTU_CLAMD that does not answer: complaints with files are refused",
)
def scanner(facts: Facts) -> Iterator[Outcome]:
    found = facts.attachments.get()
    if found.silent:
        mends = gettext(
            "systemctl start clamav-daemon, or unset PINTU_CLAMD to take files unlooked at"
        )
        yield broken(found.scanner or "clamd", found.silent, mends)
    elif found.scanner is not None:
        yield Fine(worded("{scanner} answers", scanner=found.scanner))


@check(
    "attachments-links",
    _SUBJECT,
    "no PINTU_GATEWAY_URL, where the gateway listens on every address: links to files name none"
    " that anybody reaches",
)
def links(facts: Facts) -> Iterator[Outcome]:
    found = facts.attachments.get()
    if found.hidden:
        says = worded("links to files name {hidden}, which nobody reaches", hidden=found.hidden)
        yield risk("gateway", says, gettext("set PINTU_GATEWAY_URL to the address that people see"))
