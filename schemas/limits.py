"""Budgets: how much one message, one file or one case may hold or cost, as numbers in one place.

What goes over a limit is left out with a warning, or parked: see docs/reference/limits.md.
"""

from typing import Final

# --- one message ---------------------------------------------------------------------------
MAX_BODY: Final = 1024 * 1024
"""Bytes; a larger message is parked."""
MAX_EVENT: Final = 2 * MAX_BODY
"""Bytes of an event of ours: what came in may be written longer than it was."""
CONTAINERS: Final = 50_000
"""Objects and lists in one body of JSON, counted before it is read: each of them costs some
70 bytes and more, however few of the body's it takes."""
STRINGS: Final = 50_000
"""Strings in one body of JSON that is counted exactly: one with as many brackets as ``CONTAINERS``
may be a text that is full of them."""
ATTACHMENTS: Final = 20
EXTRA_KEYS: Final = 1_000
"""Names on the first level of ``extra``."""
EXTRA_VALUES: Final = 20_000
"""Values in ``extra`` on all levels."""
DEEPEST: Final = 190
"""Levels of ``extra`` and of an update's data. JSON is read to 200, and the event that carries it
on is nested deeper than what came in: what could be routed and not be read again would have no
clock."""
UPDATE_VALUES: Final = 5_000
"""Values in the data of an update on all levels."""
NOTE_CHARACTERS: Final = 10_000
"""Characters of a note, a reason or another text that an update says; a longer one is refused,
unlooked at. They stay with the case and are shown to the reporter."""
ATTACHMENT_CHARACTERS: Final = 4_096
"""Of the address of an attachment in an update, and of its media type: they stay with the case."""
WARNINGS: Final = 20
"""Fields that are named as left out; the others are counted."""
SUBMISSION_ID: Final = 1_000
"""Characters of an adapter's id that go on with the case; a longer one names its complaint all the
same, and is not said again."""
EXTERNAL_ID: Final = 200
"""Characters of ``external_id``."""
FOLLOWS: Final = 100
"""Characters of ``follows``, in whatever way the code is written."""
EVENT_ITEMS: Final = 1_000
"""Items of each list in an event of ours: alternatives, agencies before, warnings."""
HEADERS_KEPT: Final = 1_000
"""Properties and headers of a parked message that are looked at."""
EXAMINED_CHARS: Final = 20_000
"""Characters of a text, an address or a name that the decision looks at."""
EXAMINED_WORDS: Final = 4_000
"""Words of these."""
COMBINING_MARKS: Final = 30
"""In a row; Unicode's Stream-Safe Text Format (UAX #15, section 13)."""
MASKED_PLACES: Final = 1_000
"""Places in one text of an anonymous complaint that may be a telephone number, a NIK or an
address of e-mail; what comes after the last of them is hidden as a whole."""
MASKED_DIGITS: Final = 20_000
"""In one text of an anonymous complaint; as above."""
MASKED_CHARACTERS: Final = 500_000
"""Of one text of an anonymous complaint; as above."""

# --- one message that goes out -------------------------------------------------------------

SHORT_STRING: Final = 255
"""Bytes of UTF-8 in a type, content type, routing key or id (AMQP 0-9-1, section 4.2.5.3)."""
HEADER_NAME: Final = 128
"""Bytes of UTF-8 in the name of a header (AMQP 0-9-1, section 4.2.5.5)."""
HEADERS: Final = 64 * 1024
"""Bytes of all headers: they have to fit into one frame, 128 KiB by default."""

# --- what is in hand at once ---------------------------------------------------------------

LARGE_MESSAGE: Final = 64 * 1024
"""Bytes of a body from which on a message is handled alone: read, it takes up to 100 times that."""
BATCH_BYTES: Final = 1024 * 1024
"""Bytes of bodies that are taken as one batch."""
ARRIVED_BYTES: Final = 16 * 1024 * 1024
"""Bytes of bodies that have arrived and were not taken; then nothing more is read for a while."""

RECEIPTS: Final = 5_000
"""Receipts of updates that wait to be sent; the others are let go."""

# --- one case ------------------------------------------------------------------------------

CONVERSATION_NEWEST: Final = 50
"""Of what was said in a case, so many go with it when it moves: the newest."""
CONVERSATION_BYTES: Final = 64 * 1024
"""Bytes of JSON of these. The case keeps, and shows, all of it."""
FOLLOWERS: Final = 20
"""Complaints that follow one case and are noted in it; others say so in their own."""
MERGED: Final = 200
"""Cases that were merged into one: what its agency answers is told to each in one transaction."""
CASE_LINES: Final = 1_000
"""Lines of a case's history from which on it takes only what ends it; every update adds one, and
with them grow its clocks, its holds and the causes that it remembers."""
CASE_LINES_OF_DESK: Final = 2_000
"""The same for the desk, which can still give the case to another agency."""
DEFERRED_OF_CASE: Final = 100
"""Updates that wait for one case which is not known yet."""
DEFERRED_OF_CASE_BYTES: Final = 2 * 1024 * 1024
"""Bytes of these with their properties: the largest update fits."""
DEFERRED_OF_SPEAKER: Final = 10_000
"""Updates of one speaker (an agency, a channel, one name at the desk) that wait for cases."""
DEFERRED_OF_SPEAKER_BYTES: Final = 16 * 1024 * 1024
"""Bytes of these with their properties."""
DEFERRED_STEP_BYTES: Final = 4 * 1024 * 1024
"""Bytes of messages that have waited long enough and are decided in one transaction."""
HISTORY_LINES: Final = 50
"""Lines of a case's history that a page shows unless more are asked for."""

# --- files and rules -----------------------------------------------------------------------

RULES_FILE_BYTES: Final = 16 * 1024 * 1024
"""Of one TOML or CSV file of a configuration."""
TOML_NESTING: Final = 50
"""Tables and lists within each other."""
TOML_KEY_PARTS: Final = 50
"""Parts of a dotted key (`a.b.c` has three); reading one takes the square of them."""
FILE_PROBLEMS: Final = 100
"""Problems of one file of a configuration that are told one by one."""
COLUMNS: Final = 1_000
"""Of a CSV file, of a configuration or of complaints."""
CELL_CHARACTERS: Final = 1 << 24
"""Of one cell of a CSV file that is learned from, scored or routed."""
LINE_BYTES: Final = 64 * 1024 * 1024
"""Of one line of such a file."""
PUBLISHED_LINE_BYTES: Final = 4 * 1024 * 1024
"""Of one line of a file that is published: more than any message may have, so that what is cut off
is refused."""
WORKBOOK_BYTES: Final = 4 * 1024 * 1024 * 1024
"""Of an Excel workbook that is published, unpacked; it is read piece by piece."""
WORKBOOK_TEXTS: Final = 512 * 1024 * 1024
"""Of the texts that its cells share, which are held in memory."""
CONFIGURATION_CELL: Final = 128 * 1024
"""Characters of one cell of a CSV file of a configuration."""
PIPE_SECONDS: Final = 10.0
"""How long a named pipe into which nobody writes is waited for."""
MODEL_FILE_BYTES: Final = 512 * 1024 * 1024
"""Of the file of a learned model."""
MODEL_BYTES: Final = 512 * 1024 * 1024
"""Of the arrays of a learned model, unpacked."""
MODEL_HEADER_BYTES: Final = 16 * 1024 * 1024
"""Of the line that says what is in a learned model."""
MODEL_ROWS: Final = 4_000_000
"""N-grams of a learned model, of all its blocks together."""

# --- frames from RabbitMQ ------------------------------------------------------------------

FRAME: Final = 8 * 1024 * 1024
"""Bytes of a frame, where RabbitMQ names no smaller ``frame_max`` (its default is 128 KiB)."""
GREETING_FRAME: Final = 32 * 1024
"""Bytes of a frame before a ``frame_max`` is agreed on: RabbitMQ's greeting has about 500."""
SMALLEST_FRAME_MAX: Final = 4096
"""Bytes that every ``frame_max`` allows (AMQP 0-9-1, section 4.2.3)."""
ANNOUNCED_BODY: Final = 512 * 1024 * 1024
"""Bytes of a body that a content header may announce: RabbitMQ's largest ``max_message_size``."""
ARRIVED_MESSAGES: Final = 20_000
"""Messages that have arrived and were not taken; then nothing more is read for a while. No consumer
asks for as many ahead."""
