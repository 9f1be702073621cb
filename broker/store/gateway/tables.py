"""Tables of the gateway, as the newest migration leaves them."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
)

from broker.store.columns import Id, Moment

GATEWAY: Final = MetaData()

keys: Final = Table(
    "gateway_key",
    GATEWAY,
    Column("id", String(16), primary_key=True),
    Column("digest", LargeBinary(32), nullable=False),
    Column("of", String(60), nullable=False),
    Column("scopes", String(200), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("expires_at", Moment),
    Column("used_at", Moment),
    Column("revoked_at", Moment),
)
"""Keys of portals; of each only a digest."""

secrets: Final = Table(
    "gateway_secret",
    GATEWAY,
    Column("name", String(40), primary_key=True),
    Column("secret", LargeBinary(32), nullable=False),
)
"""Random bytes that this installation's pins and signatures are made with."""

submitted: Final = Table(
    "gateway_submitted",
    GATEWAY,
    Column("key", LargeBinary(32), primary_key=True),
    Column("body", LargeBinary(32), nullable=False),
    Column("at", Moment, nullable=False),
    Index("gateway_submitted_at", "at"),
    sqlite_with_rowid=False,
)
"""Under which idempotency key which body came first: digests of both."""

windows: Final = Table(
    "gateway_window",
    GATEWAY,
    Column("who", LargeBinary(32), primary_key=True),
    Column("begins", Integer, primary_key=True, autoincrement=False),
    Column("requests", Integer, nullable=False),
    sqlite_with_rowid=False,
)
"""How many requests somebody made in a stretch of time."""

mails: Final = Table(
    "gateway_mail",
    GATEWAY,
    Column("id", String(36), primary_key=True),
    Column("kind", String(20), nullable=False),
    Column("verb", String(20), nullable=False),
    Column("role", String(20), nullable=False),
    Column("agency", String(40)),
    Column("of", String(40)),
    Column("address", String(254), nullable=False),
    Column("complaint_id", String(36), nullable=False),
    Column("tracking", String(20), nullable=False),
    Column("facts", Text, nullable=False),
    Column("digest", Boolean, nullable=False),
    Column("urgency", Integer, nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("claimed_until", Moment),
    Column("tries", Integer, nullable=False),
    Column("state", String(20), nullable=False),
    Column("error", String(200)),
    Column("ended_at", Moment),
    Index("gateway_mail_due", "state", "urgency", "due_at"),
    Index("gateway_mail_ended", "ended_at"),
)
"""One event for one address: what is to be said of it, never what a citizen wrote."""

link_ends: Final = Table(
    "gateway_link_end",
    GATEWAY,
    Column("of", String(80), primary_key=True),
    Column("before", Moment, nullable=False),
)
"""Up to when links that were sent by mail were taken back."""

files: Final = Table(
    "gateway_file",
    GATEWAY,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("place", String(100), nullable=False, unique=True),
    Column("media_type", String(60), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("at", Moment, nullable=False),
    Column("gone_at", Moment),
    Index("gateway_file_at", "at"),
    sqlite_with_rowid=False,
)
"""Files that came with complaints, by the SHA-256 of their bytes. ``at``: when it was last
announced or attached; ``gone_at``: since when its bytes are being removed."""

attached: Final = Table(
    "gateway_attached",
    GATEWAY,
    Column("complaint", Id, primary_key=True),
    Column("digest", LargeBinary(32), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("look_at", Moment, nullable=False),
    Column("seen", Boolean, nullable=False),
    Index("gateway_attached_digest", "digest"),
    Index("gateway_attached_look_at", "look_at"),
    sqlite_with_rowid=False,
)
"""Which complaint has which file; ``look_at``: when to look whether its case has its words yet."""

people: Final = Table(
    "gateway_person",
    GATEWAY,
    Column("name", String(40), primary_key=True),
    Column("oidc", String(500), unique=True),
    Column("version", Integer, nullable=False),
    Column("disabled", Boolean, nullable=False),
    Column("record", Text, nullable=False),
)
"""People who sign in. ``record``: the person as JSON; ``version``: counts its changes."""

sessions: Final = Table(
    "gateway_session",
    GATEWAY,
    Column("digest", LargeBinary(32), primary_key=True),
    Column("person", String(40), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Column("factors", String(60), nullable=False),
    Column("place", String(200), nullable=False),
    Index("gateway_session_person", "person"),
)
"""Who is signed in; of what the browser keeps only a digest."""

tries: Final = Table(
    "gateway_try",
    GATEWAY,
    Column("of", LargeBinary(32), primary_key=True),
    Column("tries", Integer, nullable=False),
    Column("at", Moment, nullable=False),
    Column("until", Moment),
    Index("gateway_try_at", "at"),
    sqlite_with_rowid=False,
)
"""Tries to sign in without a right one between, by a digest of the name or the address."""

people_lines: Final = Table(
    "gateway_people_line",
    GATEWAY,
    Column("n", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("who", String(60), nullable=False),
    Column("what", String(40), nullable=False),
    Column("of", String(60), nullable=False),
    Column("detail", String(300), nullable=False),
    Index("gateway_people_line_at", "at"),
)
"""What was done to people, and by people outside of cases. Nothing is ever changed in it."""

duties: Final = Table(
    "gateway_duty",
    GATEWAY,
    Column("id", String(32), primary_key=True),
    Column("agency", String(64), nullable=False),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("name", String(120), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("email", String(254), nullable=False),
    Column("deputy", String(120)),
    Column("deputy_phone", String(40), nullable=False),
    Column("deputy_email", String(254), nullable=False),
    Column("changed_by", String(60), nullable=False),
    Column("changed_at", Moment, nullable=False),
    Index("gateway_duty_last", "last", "agency"),
)
"""Who is on duty for an agency from one day to another."""

presence: Final = Table(
    "gateway_presence",
    GATEWAY,
    Column("complaint", Id, primary_key=True),
    Column("person", String(40), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("typing", Boolean, nullable=False),
)
"""Who of the desk has which case open, as of ``at``; one who is not heard of again is away."""

deciding: Final = Table(
    "gateway_deciding",
    GATEWAY,
    Column("complaint", Id, primary_key=True),
    Column("person", String(40), nullable=False),
    Column("form", String(64), nullable=False),
    Column("at", Moment, nullable=False),
)
"""Whose decision on a case is on its way, for as long as that takes: two at once are none."""

report_texts: Final = Table(
    "gateway_report_text",
    GATEWAY,
    Column("period", String(30), primary_key=True),
    Column("field", String(20), primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False),
    Column("by", String(60), nullable=False),
    Column("at", Moment, nullable=False),
)
"""What people wrote in reports. Nothing is ever changed in it: a change is one more version."""

check: Final = Table(
    "gateway_check",
    GATEWAY,
    Column("one", Integer, CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
    Column("checks", Integer, nullable=False),
)
"""One row that is written to find out whether the store can be."""
