"""The mail server and the contacts as facts."""

from broker.contacts import Contact
from broker.domain.routing.rules import Rules
from broker.errors import BadConfiguration
from config.broker_sentences import told
from config.settings import Settings
from consumers.mail.sending import ServerAway, Smtp
from consumers.mail.service import address_of_gateway
from pintu.doctor.facts import Mail
from pintu.doctor.finding import NotThere


async def look_at_mail(settings: Settings, rules: Rules | None) -> Mail:
    """Raises NotThere where nobody is to be told and no server is named."""
    contacts = rules.contacts if rules else None
    try:
        smtp, problem = settings.smtp, ""
    except BadConfiguration as why:
        smtp, problem = None, told(why)
    if smtp is None and not problem and not (contacts and contacts.usable):
        raise NotThere
    if smtp is not None:
        problem = await _problem(Smtp(smtp))
    every = contacts.all if contacts else ()
    return Mail(
        server=smtp.shown if smtp else None,
        sender=settings.mail_sender,
        problem=problem,
        gateway=address_of_gateway(settings),
        contacts=len(contacts.usable) if contacts else 0,
        examples=tuple(
            f"{one.role} {one.agency or ''}".strip() for one in every if not one.filled_in
        ),
        drained=contacts.drained() if contacts else frozenset(),
    )


def _who(contact: Contact) -> str:
    return f"{contact.role} {contact.agency or ''}".strip()


async def _problem(server: Smtp) -> str:
    try:
        await server.connect()
    except ServerAway as why:
        return told(why)
    finally:
        await server.close()
    return ""
