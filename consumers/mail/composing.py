"""Mails as they go out: MIME with text and simple HTML, whose headers nobody can add to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from broker.ports import Mail
from config.language import Language
from consumers.mail.items import Item
from consumers.mail.words import word

_TEMPLATES: Final = Environment(
    loader=PackageLoader("consumers.mail"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_LONGEST_SUBJECT: Final = 150


@dataclass(frozen=True, slots=True)
class Sender:
    """``address``: whom mails are from; ``bounces``: who gets those that could not be delivered."""

    address: str
    bounces: str
    region: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def message_id(mails: Sequence[Mail]) -> str:
    """The same for the same mails however often they are sent: servers drop what they have. Anew
    where an operator asked for it to be sent again."""
    cause = "|".join(sorted(f"{mail.id}@{mail.made_at.isoformat()}" for mail in mails))
    return str(uuid5(NAMESPACE_URL, f"/pintu/mail/message#{cause}"))


def composed(
    items: Sequence[Item],
    id: str,
    to: str,
    name: str,
    sender: Sender,
    spoken: Language,
    now: datetime,
) -> bytes:
    """One mail, as it goes to the server: lines end in CRLF, and all of it is ASCII."""
    many = len(items) > 1
    subject = (
        word("digest", spoken, n=len(items)) if many else f"{items[0].title} ({items[0].tracking})"
    )
    untils = [item.until for item in items if item.until]
    values = {
        "items": items,
        "heading": subject if many else items[0].title,
        "many": many,
        "until": word("until", spoken, when=untils[-1]) if untils else None,
        "footer": word("footer", spoken, region=sender.region),
        "language": spoken,
    }
    return _mime(subject, values, "mail", id, to, name, sender, now)


def trial(id: str, to: str, sender: Sender, spoken: Language, now: datetime) -> bytes:
    """A mail that says that it arrives."""
    values = {
        "items": (),
        "heading": word("test_lead", spoken, region=sender.region),
        "many": False,
        "until": None,
        "footer": word("footer", spoken, region=sender.region),
        "language": spoken,
    }
    return _mime(word("test", spoken), values, "mail", id, to, "", sender, now)


def _mime(
    subject: str,
    values: dict[str, object],
    template: str,
    id: str,
    to: str,
    name: str,
    sender: Sender,
    now: datetime,
) -> bytes:
    message = EmailMessage(SMTP)
    message["From"] = Address(one_line(sender.region), addr_spec=sender.address)
    message["To"] = Address(one_line(name), addr_spec=to)
    message["Subject"] = one_line(subject)[:_LONGEST_SUBJECT]
    message["Date"] = format_datetime(now)
    message["Message-ID"] = f"<{id}@{sender.domain}>"
    # RFC 3834: nobody's absence is answered to it.
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"<pintu.{sender.domain}>"
    message["Content-Language"] = str(values["language"])
    text = _TEMPLATES.get_template(f"{template}.txt").render(values)
    html = _TEMPLATES.get_template(f"{template}.html").render(values)
    message.set_content(text, cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message.as_bytes(policy=SMTP)


def one_line(text: str) -> str:
    """Without whatever could end a line, and no blank twice."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
