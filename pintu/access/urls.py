"""The URL that a new user is given."""

from urllib.parse import quote, urlencode

from broker.amqp.address import Address


def url_of(address: Address, user: str, password: str, *, ours: bool) -> str:
    """The URL by which a user reaches a broker, in the form that every client takes.

    Args:
        ours: a part of this system, on machines that have the same certificates of authorities;
            others have files of their own, so none is named.
    """
    scheme = "amqps" if address.tls else "amqp"
    login = f"{quote(user, safe='')}:{quote(password, safe='')}"
    hosts = ",".join(_host(*each) for each in address.hosts)
    url = f"{scheme}://{login}@{hosts}/{quote(address.vhost, safe='')}"
    tls = address.tls if ours else None
    query: dict[str, str] = {}
    if tls is not None:
        named = {"cafile": tls.cafile, "capath": tls.capath}
        query |= {name: path for name, path in named.items() if path}
        if not tls.verify:
            query["verify"] = "verify_none"
    return f"{url}?{urlencode(query)}" if query else url


def _host(name: str, port: int) -> str:
    return f"[{name}]:{port}" if ":" in name else f"{name}:{port}"
