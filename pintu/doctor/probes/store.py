"""Journal, cases and the PostgreSQL server, without opening them for work."""

from datetime import datetime
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, unquote, urlsplit

from broker.store.inspecting import Server, Store, inspect_server, inspect_store
from broker.store.schema import Branch
from config.language import gettext
from config.settings import Settings
from pintu.doctor.facts import Backup, Database
from pintu.doctor.finding import Seen, absent, seen, unseen
from pintu.doctor.places import is_here
from pintu.doctor.probes import bounded
from pintu.doctor.probes.certificates import of_postgres

_PORT: Final = 5432
_PREFERRED: Final = "prefer"
"""What libpq does where no sslmode is named."""


async def look_at_store(
    settings: Settings, branch: Branch, now: datetime, within: float
) -> Seen[Store]:
    """Absent where the SQLite file is not there yet."""
    if settings.database_url is not None:
        url = settings.database_url.get_secret_value()
    else:
        path = settings.state_dir / f"{branch}.sqlite3"
        if not path.exists():
            return absent()
        url = f"sqlite:///{path.absolute()}"
    look = partial(inspect_store, url, branch, now, within)
    # Twice: it is looked at, and then written.
    return await bounded.ask(look, f"store {branch}", 2 * within + 2)


async def look_at_database(settings: Settings, within: float) -> Seen[Database]:
    """The server; absent where SQLite is used."""
    if settings.database_url is None:
        return absent()
    url = settings.database_url.get_secret_value()
    if url.startswith("sqlite"):
        return absent()
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    host = unquote(parts.hostname or query.get("host", ""))
    server: Seen[Server] = await bounded.ask(
        partial(inspect_server, url, within), "database", within + 1
    )
    encrypted = server.there is not None and server.there.encrypted
    certificates = (
        await of_postgres(host, parts.port or _PORT, query.get("sslrootcert"), within)
        if encrypted or query.get("sslmode", "").startswith(("verify", "require"))
        else absent()
    )
    shown = f"{host or 'localhost'}:{parts.port or _PORT}"
    sslmode = query.get("sslmode", _PREFERRED)
    return seen(Database(shown, sslmode, is_here(host), server, certificates))


def backup_of(database: Seen[Database], noted: Seen[Backup]) -> Seen[Backup]:
    """The last backup: what was noted in the state folder, or what PostgreSQL archived last."""
    found = database.there
    if found is None:
        return noted
    server = found.server.there
    if server is not None and server.archived_at is not None:
        return seen(Backup(server.archived_at))
    return unseen(
        gettext(
            "backups of PostgreSQL are made by its own tools (pg_dump): see to it "
            "where they are made"
        )
    )
