"""What the broker's side says when something is away, refused or different, for the language in
use.

The rooms below this one know no catalogue: their errors are in English, as the log has them. They
are recognised by their form where they are shown to people.
"""

from typing import Final

from config import foreign, refusal_sentences, topology_sentences, trust_sentences
from config.language import language, marked

FORMS: Final = (
    # RabbitMQ
    marked(
        "{reason} (see to user and password in PINTU_AMQP_URL (rabbitmqctl authenticate_user);"
        " `guest` is let in from the broker's own machine alone)"
    ),
    marked(
        "see to user and password in PINTU_AMQP_URL (rabbitmqctl authenticate_user); `guest` is let"
        " in from the broker's own machine alone"
    ),
    marked(
        "RabbitMQ does not open this vhost: it does not exist or is down, or this user may not use"
        " it (rabbitmqctl list_vhosts, rabbitmqctl list_permissions)"
    ),
    marked("Connect call failed {host}"),
    marked("[Errno {n}] Connect call failed {host}"),
    marked("[Errno {n}] {why}"),
    marked("no answer in time"),
    marked("no answer within {seconds} s"),
    marked("not confirmed within {seconds} s"),
    marked("there is no queue {queue}"),
    marked("there is no exchange {exchange}"),
    marked("there is no stream {stream}"),
    marked("may not listen: {reason}"),
    marked("may not publish: {reason}"),
    marked("may not read {stream}: {reason}"),
    marked("publishers are blocked: {reason}"),
    marked("the channel closed: {reason}"),
    marked("the channel was closed"),
    marked("the connection was lost: {reason}"),
    marked("the connection was lost"),
    marked("the connection was closed"),
    marked("RabbitMQ closed the connection: {reason}"),
    marked("nothing was heard of RabbitMQ for {seconds} s"),
    marked("somebody else reads it now"),
    marked("not connected"),
    marked("RabbitMQ (the command rabbitmq-server) is not installed."),
    marked("RabbitMQ is in {home}, but Erlang (erl, epmd) is not installed."),
    marked(
        "this port speaks TLS: write amqps:// instead of amqp:// (and the authority that it trusts"
        " as parameter cafile), or name the port without TLS (mostly 5672)"
    ),
    marked("{reason}: a file of the URL's parameters cafile, certfile or keyfile cannot be read"),
    marked(
        "{reason}; users are changed by an administrator: name one in PINTU_MANAGEMENT_URL"
        " (http://user:password@host:15672), or rabbitmqctl set_user_tags USER administrator"
    ),
    marked(
        "{reason}; is the plugin on (rabbitmq-plugins enable rabbitmq_management), and"
        " PINTU_MANAGEMENT_URL right?"
    ),
    # The store
    marked("no answer from the store within {seconds} s"),
    marked("no connection to the store is free"),
    marked("the store is closed"),
    marked("the URL of the database is not a URL"),
    marked("the URL of the database must be sqlite:///PATH or postgresql://HOST/NAME"),
    marked("the store ({branch}) was written by a newer version of this program: {error}"),
    marked(
        "PostgreSQL does not let this user in: {reason}: see to user, password and certificate in"
        " PINTU_DATABASE_URL, and to pg_hba.conf there"
    ),
    # Copies of it
    marked("{state} holds no store: neither journal.sqlite3 nor cases.sqlite3"),
    marked("{folder} exists already; name a folder that does not"),
    marked("no backup was made: {reason}"),
    marked("not restored: {reason}"),
    marked("{file} was written by a newer version of this program"),
    marked("{file} cannot be used: {reason}"),
    marked("{folder} holds neither journal nor cases"),
    marked("{file} changed while it was read"),
    marked("{folder} is not whole: {file} is missing"),
    marked("{file} is not what was backed up: its SHA-256 differs"),
    marked("{file} is damaged ({reason}); take another backup"),
    # Files
    marked("the scanner at {address} answers {answer}"),
    marked("the scanner at {address} hung up"),
    marked("no scanner at {address}: {reason}"),
    *foreign.FORMS,
)
_ALL: Final = (
    *FORMS,
    *trust_sentences.FORMS,
    *topology_sentences.FORMS,
    *refusal_sentences.FORMS,
)
_LONGEST: Final = 1_000
"""Characters of a line. What is longer is no sentence of ours."""


def told(error: BaseException | str) -> str:
    """An error in the language in use: each line, and of a line what stands behind its place."""
    text = str(error)
    if language() == "en":
        return text
    return "\n".join(map(_line, text.splitlines()))


def _line(text: str) -> str:
    if len(text) > _LONGEST:
        return text
    known = foreign.told(text, _ALL)
    place, colon, rest = text.partition(": ")
    if known != text or not colon:
        return known
    return f"{place}: {_line(rest)}"
