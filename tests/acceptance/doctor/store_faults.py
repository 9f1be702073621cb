"""Faults of the environment, of PostgreSQL and of the rules."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copytree

import psycopg

from broker.node.tcp_ports import choose_ports
from tests.acceptance.doctor.examining import Fault
from tests.acceptance.doctor.foreign import CONNECTIONS, PASSWORD, USER, Foreign
from tests.acceptance.doctor.planting import planted, silent

# The environment.


@planted
def a_misspelt_variable(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("variable-unknown", {"AMQP_ULR": "x"})


@planted
def a_url_that_is_none(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("variable-unusable", {"AMQP_URL": f"amqp://{USER}:{PASSWORD}@host:port/"})


@planted
def a_database_url_of_another_kind(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("variable-unusable", {"DATABASE_URL": f"mysql://u:{PASSWORD}@host/pintu"})


@planted
def a_password_file_that_is_gone(place: Foreign, tmp_path: Path) -> Iterator[Fault]:
    changes = {"AMQP_URL": "", "AMQP_URL_FILE": str(tmp_path / "gone")}
    yield Fault("variable-unusable", changes)


@planted
def a_password_file_for_all_to_read(place: Foreign, tmp_path: Path) -> Iterator[Fault]:
    file = tmp_path / "amqp"
    file.write_text(place.settings["AMQP_URL"])
    file.chmod(0o644)
    yield Fault("password-file", {"AMQP_URL": "", "AMQP_URL_FILE": str(file)})


@planted
def a_fast_clock_on_real_cases(place: Foreign, _: Path) -> Iterator[Fault]:
    yield Fault("clock-speed", {"CLOCK_SPEED": "60"})


# PostgreSQL.


@planted
def a_server_that_is_away(place: Foreign, _: Path) -> Iterator[Fault]:
    url = f"postgresql://pintu:{PASSWORD}@127.0.0.1:{choose_ports().amqp}/pintu"
    yield Fault("store-away", {"DATABASE_URL": url})


@planted
def a_server_that_says_nothing(place: Foreign, _: Path) -> Iterator[Fault]:
    with silent() as port:
        url = f"postgresql://pintu:{PASSWORD}@127.0.0.1:{port}/pintu"
        yield Fault("store-away", {"DATABASE_URL": url})


@planted
def a_database_that_is_not_there(place: Foreign, _: Path) -> Iterator[Fault]:
    url = place.settings["DATABASE_URL"].replace("/pintu?", "/elsewhere?")
    yield Fault("store-away", {"DATABASE_URL": url})


@planted
def a_table_that_somebody_locks(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("locked") as url, psycopg.connect(url) as connection:
        connection.execute("LOCK TABLE cases IN EXCLUSIVE MODE")
        yield Fault("store-locked", {"DATABASE_URL": url})
        connection.rollback()


@planted
def tables_that_this_user_may_not_write(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("foreign_tables") as url:
        place.sql(url, "CREATE ROLE reader LOGIN")
        place.sql(url, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
        yield Fault("store-locked", {"DATABASE_URL": url.replace("//pintu@", "//reader@")})
    place.sql(place.postgres.url, "DROP ROLE reader")


@planted
def tables_of_an_older_version(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("older") as url:
        place.sql(url, "UPDATE cases_version SET version_num = 'cases_0004'")
        yield Fault("migration-behind", {"DATABASE_URL": url})


@planted
def tables_of_a_newer_version(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("newer") as url:
        place.sql(url, "UPDATE journal_version SET version_num = 'journal_0099'")
        yield Fault("migration-ahead", {"DATABASE_URL": url})


@planted
def a_watermark_of_an_hour_ago(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("behind") as url:
        moment = "now() - interval '1 hour'"
        place.sql(url, f"INSERT INTO case_progress (one, reached) VALUES (1, {moment})")
        yield Fault("watermark", {"DATABASE_URL": url})


@planted
def a_watermark_that_lies_ahead(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("ahead") as url:
        moment = "now() + interval '60 days'"
        place.sql(url, f"INSERT INTO case_progress (one, reached) VALUES (1, {moment})")
        yield Fault("clock", {"DATABASE_URL": url})


@planted
def a_store_of_a_demonstration(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("demo") as url:
        place.sql(url, "INSERT INTO case_progress (one, began) VALUES (1, now())")
        yield Fault("clock-speed", {"DATABASE_URL": url})


@planted
def a_desk_that_is_late(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("late") as url:
        owed = "gen_random_uuid(), 0, NULL, 'verification', now() - interval '1 day'"
        columns = "complaint_id, n, agency, clock, due_at"
        place.sql(url, f"INSERT INTO case_owed ({columns}) SELECT {owed}")
        yield Fault("triage", {"DATABASE_URL": url})


@planted
def a_database_in_another_encoding(place: Foreign, _: Path) -> Iterator[Fault]:
    how = "ENCODING 'SQL_ASCII' TEMPLATE template0"
    with place.another_database("ascii", as_=how, empty=True) as url:
        yield Fault("database-encoding", {"DATABASE_URL": url})


@planted
def a_database_that_does_not_wait_for_its_disk(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("unsafe") as url:
        place.sql(url, "ALTER DATABASE unsafe SET synchronous_commit = off")
        yield Fault("database-unsafe", {"DATABASE_URL": url})


@planted
def a_database_that_takes_no_writes(place: Foreign, _: Path) -> Iterator[Fault]:
    with place.another_database("still") as url:
        place.sql(url, "ALTER DATABASE still SET default_transaction_read_only = on")
        yield Fault("database-read-only", {"DATABASE_URL": url}, ["store-locked"])
        changed = f"{url}&options=-cdefault_transaction_read_only%3Doff"
        place.sql(changed, "ALTER DATABASE still RESET default_transaction_read_only")


@planted
def a_server_that_is_crowded(place: Foreign, _: Path) -> Iterator[Fault]:
    used = "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
    with ExitStack() as stack:
        here = stack.enter_context(psycopg.connect(place.postgres.url))
        row = here.execute(used).fetchone()
        for _number in range(int(0.9 * CONNECTIONS) - (row[0] if row else 0)):
            stack.enter_context(psycopg.connect(place.postgres.url))
        yield Fault("database-connections", {})


# Rules.


@planted
def rules_with_an_error(place: Foreign, tmp_path: Path) -> Iterator[Fault]:
    folder = copytree(place.settings["CONFIG_DIR"], tmp_path / "rules")
    (folder / "agencies.toml").write_text("[[agency]]\ncode = 7\n")
    yield Fault("rules", {"CONFIG_DIR": str(folder)})


@planted
def processes_on_other_rules(place: Foreign, tmp_path: Path) -> Iterator[Fault]:
    folder = copytree(place.settings["CONFIG_DIR"], tmp_path / "rules")
    file = folder / "rules.toml"
    file.write_text(file.read_text().replace('version = "1"', 'version = "2"'))
    yield Fault("process-rules", {"CONFIG_DIR": str(folder)})
