"""The way to RabbitMQ: its hosts, login, TLS and certificates."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final

from broker.errors import LoginRefused, NotPermitted, TrustRefused
from config.language import gettext, marked, worded
from pintu.doctor.catalog import check
from pintu.doctor.facts import Certificate, Facts
from pintu.doctor.finding import Fine, Outcome, broken, risk
from pintu.doctor.places import is_here

_SUBJECT = "connection"
_RENEW: Final = marked(
    "renew it on that server (rabbitmqctl eval 'ssl:clear_pem_cache().' or a reload)"
)
SOON: Final = timedelta(days=30)
"""Before its end a certificate is told of: long enough for an office to have a new one made."""


@check("amqp-host", _SUBJECT, "a host of `PINTU_AMQP_URL` that cannot be reached")
def hosts(facts: Facts) -> Iterator[Outcome]:
    found = facts.broker.get().hosts
    away = [one for one in found if one.failure and not _refused(one.failure)]
    tell = broken if len(away) == len(found) else risk
    for one in away:
        others = "" if tell is broken else gettext("; the program goes on with the others")
        yield tell(
            one.shown,
            f"{_short(one.failure)}{others}",
            worded(
                "is RabbitMQ up there (rabbitmq-diagnostics ping), and its port open (nc "
                "-vz {host} {port})?",
                host=one.host,
                port=one.port,
            ),
        )
    if answering := [one.shown for one in found if one.failure is None]:
        yield Fine(worded("reached: {answering}", answering=", ".join(answering)))


@check(
    "amqp-login",
    _SUBJECT,
    "a host that does not let the user in: user, password, virtual host or permission on it",
)
def login(facts: Facts) -> Iterator[Outcome]:
    broker = facts.broker.get()
    for one in broker.hosts:
        if isinstance(one.failure, LoginRefused):
            mends = worded(
                "rabbitmqctl authenticate_user {user}; rabbitmqctl list_permissions "
                "--vhost '{vhost}'",
                user=broker.address.user,
                vhost=broker.address.vhost,
            )
            yield broken(one.shown, _short(one.failure), mends)


@check(
    "amqp-tls",
    _SUBJECT,
    "TLS that is refused: a certificate for another name, past its date, of an unknown authority; a"
    " plain port, or a file of the URL's parameters that cannot be read",
)
def tls(facts: Facts) -> Iterator[Outcome]:
    for one in facts.broker.get().hosts:
        if isinstance(one.failure, TrustRefused):
            mends = worded(
                "openssl s_client -connect {shown} shows what the port presents", shown=one.shown
            )
            yield broken(one.shown, _short(one.failure), mends)


@check(
    "amqp-plain",
    _SUBJECT,
    "RabbitMQ on another machine without TLS, or with TLS that verifies nothing",
)
def plain(facts: Facts) -> Iterator[Outcome]:
    address = facts.broker.get().address
    away = [host for host, _ in address.hosts if not is_here(host)]
    if away and address.tls is None:
        says = gettext("passwords and complaints go over the network in the clear")
        mends = gettext("amqps:// in PINTU_AMQP_URL, with cafile=/etc/ssl/rabbitmq-ca.pem")
        yield risk(", ".join(away), says, mends)
    if address.tls is not None and not address.tls.verify:
        says = gettext("verify_none: whoever stands in between may read and change everything")
        mends = gettext("take verify (or no_verify_ssl) out of PINTU_AMQP_URL, and name the cafile")
        yield risk("PINTU_AMQP_URL", says, mends)


@check(
    "amqp-certificate",
    _SUBJECT,
    "a certificate of RabbitMQ, of its authority or of this client that ends within 30 days, has"
    " ended, or does not count yet",
)
def certificates(facts: Facts) -> Iterator[Outcome]:
    yield from dated(facts.broker.get().certificates.get(), facts.now)


@check(
    "amqp-cluster",
    _SUBJECT,
    "hosts of one URL that are not nodes of one cluster, or of different versions",
)
def one_cluster(facts: Facts) -> Iterator[Outcome]:
    broker = facts.broker.get()
    answering = [one for one in broker.hosts if one.failure is None]
    versions = sorted({one.version for one in answering if one.version})
    if len(versions) > 1:
        shown = ", ".join(".".join(map(str, version)) for version in versions)
        says = worded("run different versions: {shown}", shown=shown)
        yield risk(", ".join(one.shown for one in answering), says, gettext("finish the upgrade"))
    names = sorted({one.cluster for one in answering if one.cluster})
    # In a cluster without a name of its own each node tells its own.
    if len(names) > 1 and len(broker.management.members.get()) < len(names):
        yield broken(
            ", ".join(one.shown for one in answering),
            worded("are not one cluster: they call themselves {names}", names=", ".join(names)),
            gettext("name the nodes of one cluster in PINTU_AMQP_URL (rabbitmqctl cluster_status)"),
        )


def dated(found: Iterable[Certificate], now: datetime, renew: str = _RENEW) -> Iterator[Outcome]:
    """What is to be said of certificates at that moment; ``renew``: how a server's is renewed."""
    for one in found:
        what = worded(
            "the certificate of {subject}, by {issuer},", subject=one.subject, issuer=one.issuer
        )
        mends = (
            gettext("have it renewed and put in the place of the file")
            if one.ours
            else gettext(renew)
        )
        left = one.not_after - now
        if left <= timedelta():
            yield broken(
                one.whose,
                worded("{what} ended on {not_after:%Y-%m-%d}", what=what, not_after=one.not_after),
                mends,
            )
        elif now < one.not_before:
            says = worded(
                "{what} counts only from {not_before:%Y-%m-%d %H:%M} UTC on",
                what=what,
                not_before=one.not_before,
            )
            yield broken(one.whose, says, gettext("set the clock that is wrong, or wait"))
        elif left <= SOON:
            says = worded(
                "{what} ends in {days} days, on {not_after:%Y-%m-%d}",
                what=what,
                days=left.days,
                not_after=one.not_after,
            )
            yield risk(one.whose, says, mends)
        else:
            yield Fine(
                worded(
                    "{whose}: {what} {days} days left", whose=one.whose, what=what, days=left.days
                )
            )


def _refused(failure: Exception) -> bool:
    return isinstance(failure, LoginRefused | TrustRefused | NotPermitted)


def _short(failure: Exception | None) -> str:
    """Without the URL before it, which stands beside it already."""
    said = str(failure)
    url, found, rest = said.partition(": ")
    return rest if found and "://" in url else said
