"""What a person reads at the end."""

from broker.messaging.messages import Outgoing
from pintu.publishing.complaints import Ready
from pintu.publishing.records import Place, Skipped
from pintu.publishing.tally import Tally


def confirm(tally: Tally, line: int, channel: str, *warnings: str) -> None:
    message = Outgoing("complaints.intake", channel, b"", str(line))
    tally.confirmed(Ready(Place(line, line, line), message, warnings))


def test_the_summary_counts_and_names_the_lines_that_were_skipped() -> None:
    tally = Tally()
    for line in range(1, 1_501):
        confirm(tally, line, "sms" if line % 3 else "web")
    confirm(tally, 1_501, "x", "location.latitude: input should be a valid number; left out")
    tally.left_out(Skipped(Place(1_502, 1_502, 0), "no-text", "text: empty"))
    for line in range(1_503, 1_520):
        tally.left_out(Skipped(Place(line, line, 0), "broken-csv", "…"))
    assert tally.summary(2.0).splitlines() == [
        "published  1,501 complaints in 2.0 s, 750 a second",
        "channels   sms 1,000, web 500, x 1",
        "skipped    18 lines",
        "           no-text: line 1502",
        "           broken-csv: lines 1503, 1504, 1505, 1506, 1507, 1508, 1509, 1510, 1511, 1512"
        " and 7 more",
        "warnings   1 line",
        "           location.latitude: input should be a valid number; left out: line 1501",
    ]


def test_nothing_published_is_said_as_plainly() -> None:
    assert Tally().summary(0.0).splitlines() == [
        "published  0 complaints in 0.0 s",
        "skipped    0 lines",
    ]
