"""The names of the variables of the environment: which there are, what they mean, what is misspelt.

Apart from the settings themselves, so that a command that needs none of them starts at once.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from config.language import worded

PREFIX: Final = "PINTU_"
FILE: Final = "_FILE"
"""Behind the name of a variable that holds a password: the file that it stands in."""


@dataclass(frozen=True, slots=True)
class Setting:
    """One variable: what it means and what it is when unset (the configuration reference)."""

    name: str
    meaning: str
    unset: str
    secret: bool = False
    """It may hold a password, and may stand in a file."""


SETTINGS: Final = (
    Setting(
        "AMQP_URL",
        "where RabbitMQ is: `amqp://` or `amqps://`; hosts with commas between",
        "a private RabbitMQ node, its data under the state folder",
        secret=True,
    ),
    Setting(
        "MANAGEMENT_URL",
        "RabbitMQ's HTTP API, for what AMQP cannot see (bindings, permissions)",
        "derived from the AMQP URL: the same host, port 15672",
        secret=True,
    ),
    Setting(
        "DATABASE_URL",
        "`postgresql://…`, for more than one machine",
        "SQLite in the state folder, journal and cases in files of their own",
        secret=True,
    ),
    Setting("STATE_DIR", "folder of the private node and of SQLite", "`.pintu`"),
    Setting("CONFIG_DIR", "folder of the rules", "the shipped ones: Kabupaten Bangka Selatan"),
    Setting(
        "HTTP",
        "`host:port` of /metrics and /readyz; `off` for none",
        "127.0.0.1:9464; alone `cases` 9465 to `mail` 9469 ([watch](../how-to/watch.md))",
    ),
    Setting("GATEWAY", "`host:port` of the doors over HTTP; `off` for none", "127.0.0.1:8080"),
    Setting(
        "GATEWAY_URL",
        "how the gateway is reached from outside, such as `https://lapor.example.go.id`",
        "the address that it listens on",
    ),
    Setting(
        "SMTP_URL",
        "where mail is handed in: `smtps://user@host`, or `smtp://` with STARTTLS",
        "no mail is sent",
        secret=True,
    ),
    Setting("SMTP_PASSWORD", "the password for it", "that of the URL", secret=True),
    Setting("MAIL_SENDER", "whom mails are from, such as `lapor@example.go.id`", "no mail is sent"),
    Setting("MAIL_BOUNCES", "who gets what could not be delivered", "the sender"),
    Setting("MAIL_LINK_DAYS", "for how many days the link in a mail opens its case", "14"),
    Setting(
        "WEBHOOK_ALLOW",
        "hosts of webhooks that may have private addresses, with commas between",
        "none: public addresses, and loopback where the URL says so",
    ),
    Setting(
        "ATTACHMENTS",
        "folder of files that come with complaints, or URL of fsspec (`s3://bucket/pintu`)",
        "`attachments` in the state folder",
        secret=True,
    ),
    Setting("ATTACHMENT_BYTES", "the largest file that is taken", "10000000"),
    Setting("ATTACHMENT_COUNT", "how many files one complaint or answer may bring, to 20", "10"),
    Setting(
        "CLAMD",
        "`host:port` or socket of a virus scanner (clamd) that looks at every file",
        "no scanner",
    ),
    Setting(
        "GATEWAY_PROXIES",
        "proxies whose `X-Forwarded-For` is believed: addresses, networks, with commas between",
        "those on this machine: `127.0.0.1,::1`",
    ),
    Setting(
        "SECOND_FACTOR",
        "roles that have to have a second factor, with commas between: `admin,desk`, `agency`, …",
        "none: everybody may",
    ),
    Setting(
        "OIDC_ISSUER",
        "`issuer` of an OpenID provider that people sign in with ([people](../how-to/people.md))",
        "people sign in here alone",
    ),
    Setting("OIDC_CLIENT_ID", "this installation's client there", "must be set with the issuer"),
    Setting("OIDC_CLIENT_SECRET", "its secret", "must be set with the issuer", secret=True),
    Setting("OIDC_NAME", "what its button says", "`SSO`"),
    Setting("PEOPLE_LINE_DAYS", "for how long who did what to people is kept, in days", "730"),
    Setting(
        "GATEWAY_IDEMPOTENCY_DAYS",
        "days for which the gateway remembers what came under an `Idempotency-Key`",
        "90, as messages may wait",
    ),
    Setting(
        "GATEWAY_KEY_DAYS",
        "days for which a key that was revoked or has expired is still kept",
        "365",
    ),
    Setting(
        "LEARN_HISTORY",
        "a file that the learner brings up to date every night, and learns from beside the store "
        "([why](../how-to/learn-rules.md#every-month))",
        "none: closed cases are not learned from",
    ),
    Setting("LEARN_BASE", "a history from before, read beside both; it is never written", "none"),
    Setting("LEARN_DAY", "day of the month on which the learner learns, 1 to 28", "1"),
    Setting("LEARN_HOUR", "hour of that day, 0 to 23, in the zone of the configuration", "3"),
    Setting("LEARN_IN_ALL", "`true`: `run all` learns too", "`false`"),
    Setting("LOG_FORMAT", "`console` or `json`", "`console` on a terminal, else `json`"),
    Setting(
        "LOG_SAMPLE",
        "of which share of complaints the log tells, with all lines of each; 0 for none",
        "1: of every one",
    ),
    Setting(
        "LANGUAGE",
        "what people are spoken to in: `id` (Indonesian) or `en` (English)",
        "as `LC_ALL`, `LC_MESSAGES` or `LANG` says, else `id`",
    ),
    Setting("CLOCK_SPEED", "how many times faster time runs; for demonstrations only", "1"),
)


def ours(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables under our prefix that are set to something."""
    return {
        name: value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX) and value.strip()
    }


def misspelt(values: Mapping[str, str]) -> list[str]:
    """An error for each name that means nothing, with the one that is probably meant."""
    known = [PREFIX + setting.name for setting in SETTINGS]
    all_known = [*known, *(PREFIX + setting.name + FILE for setting in SETTINGS if setting.secret)]
    errors = []
    for name in sorted(set(values) - set(all_known)):
        near = difflib.get_close_matches(name, all_known, n=1)
        if near:
            hint = worded("did you mean {near}?", near=near[0])
        else:
            hint = worded("known are {known}", known=", ".join(known))
        errors.append(worded("{name}: no such setting; {hint}", name=name, hint=hint))
    return errors
