"""Mail: the server, whom it is for, where its links lead, and who hears nothing at all."""

from collections.abc import Iterator

from broker.messaging import names
from config.language import gettext, worded
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, NotThere, Outcome, broken, listed, risk

_SUBJECT = "mail"


@check(
    "mail-server",
    _SUBJECT,
    "a mail server that cannot be reached, whose certificate does not hold or that lets nobody in;"
    " contacts, and no server or no sender to tell them",
)
def server(facts: Facts) -> Iterator[Outcome]:
    mail = facts.mail.get()
    if mail.server is None or mail.sender is None:
        if not mail.contacts:
            raise NotThere
        says = worded(
            "{contacts} contacts are to be told, and no mail is sent", contacts=mail.contacts
        )
        mends = gettext("set PINTU_SMTP_URL and PINTU_MAIL_SENDER, and run `pintu run mail`")
        yield broken("contacts.toml", says, mends)
    elif mail.problem:
        yield broken(mail.server, mail.problem, gettext("mend it; then `pintu mail test ADDRESS`"))
    else:
        yield Fine(
            worded(
                "{server} answers; mails are from {sender}", server=mail.server, sender=mail.sender
            )
        )


@check("mail-contacts", _SUBJECT, "contacts whose address is an example's: they hear nothing")
def contacts(facts: Facts) -> Iterator[Outcome]:
    mail = facts.mail.get()
    if mail.examples:
        says = worded("no address yet: {listed}", listed=listed(mail.examples))
        yield risk("contacts.toml", says, gettext("write addresses there, or remove the entries"))
    else:
        yield Fine(worded("{contacts} contacts", contacts=mail.contacts))


@check("mail-links", _SUBJECT, "links in mails that lead nowhere, or go unencrypted")
def links(facts: Facts) -> Iterator[Outcome]:
    mail = facts.mail.get()
    if mail.server is None:
        raise NotThere
    if not mail.gateway.startswith("https://"):
        says = worded("links in mails begin with {gateway}", gateway=mail.gateway)
        mends = gettext("set PINTU_GATEWAY_URL to the https:// address that officers reach")
        yield risk("PINTU_GATEWAY_URL", says, mends)
    else:
        yield Fine(worded("links begin with {gateway}", gateway=mail.gateway))


@check(
    "agency-unreached",
    _SUBJECT,
    "agencies for which events wait and that have no way to hear of them: nobody reads their queue,"
    " and no mail is made of it",
)
def unreached(facts: Facts) -> Iterator[Outcome]:
    mail = facts.mail.get()
    prefix, found = names.agency_queue(""), list[str]()
    for queue, depth in facts.broker.get().depths.get().items():
        code = queue.removeprefix(prefix)
        waits = queue.startswith(prefix) and depth.messages and not depth.consumers
        if waits and code not in mail.drained:
            found.append(code)
    if found:
        mends = gettext(
            "connect their systems, or give them contacts with queue = true in contacts.toml"
        )
        yield risk(
            "agencies",
            worded("nobody hears of what waits for {listed}", listed=listed(sorted(found))),
            mends,
        )
    else:
        yield Fine(gettext("whatever waits for an agency is read"))
