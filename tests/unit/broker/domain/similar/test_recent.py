"""What is remembered of complaints, who may be told of whom, and for how long."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from broker.domain.similar import MOST, Fingerprint, RecentComplaints, Words, fingerprint
from broker.domain.similar.fingerprints import unpacked
from schemas.complaint import PublicComplaint

NOW: Final = datetime(2026, 11, 24, 3, tzinfo=UTC)
KEY: Final = b"sixteen bytes !!"
LAMP: Final = "PJU jalan Kenanga mati sudah seminggu, gelap"


def complaint(
    text: str = LAMP, *, anonymous: bool = False, oversight: bool = False, location: Any = None
) -> PublicComplaint:
    where: Any = {"address": "Jl Kenanga", "village": "Rias"} | (location or {})
    said = PublicComplaint(text=text, anonymous=anonymous, confidential=False, location=where)
    if oversight:
        said["oversight"] = True
    return said


def made(
    recent: RecentComplaints, said: PublicComplaint, region: str | None = None
) -> Fingerprint | None:
    return fingerprint(said, topic="lampu", agency="dishub", region=region, words_of=recent.words)


def add(recent: RecentComplaints, number: int, said: PublicComplaint, at: datetime = NOW) -> None:
    own = made(recent, said)
    assert own is not None
    recent.add(UUID(int=number), at, own.to_bytes())


def like(recent: RecentComplaints, said: PublicComplaint, at: datetime = NOW) -> list[int]:
    own = made(recent, said)
    assert own is not None
    return [one.int for one in recent.like(own, at)]


def test_a_named_reporter_is_told_of_named_ones_and_an_anonymous_one_of_anonymous_ones() -> None:
    recent = RecentComplaints(KEY, 64)
    add(recent, 1, complaint())
    add(recent, 2, complaint(anonymous=True))
    assert like(recent, complaint()) == [1]
    assert like(recent, complaint(anonymous=True)) == [2]


def test_nothing_is_remembered_of_a_confidential_one_and_of_one_about_abuse() -> None:
    recent = RecentComplaints(KEY, 64)
    secret = complaint()
    secret["confidential"] = True
    assert made(recent, secret) is None
    assert made(recent, complaint(oversight=True)) is None


def test_nothing_is_remembered_without_a_place() -> None:
    recent = RecentComplaints(KEY, 64)
    bare = PublicComplaint(text="lampu mati", anonymous=False, confidential=False)
    assert made(recent, bare) is None


def test_what_is_older_than_the_window_is_not_named_and_let_go() -> None:
    recent = RecentComplaints(KEY, 64)
    add(recent, 1, complaint())
    assert like(recent, complaint(), NOW + timedelta(days=30)) == [1]
    assert like(recent, complaint(), NOW + timedelta(days=30, seconds=1)) == []
    add(recent, 2, complaint(), NOW + timedelta(days=31))
    assert len(recent) == 1


def test_a_shorter_window_holds_at_once() -> None:
    recent = RecentComplaints(KEY, 64)
    add(recent, 1, complaint())
    recent.window = timedelta(days=2)
    assert like(recent, complaint(), NOW + timedelta(days=3)) == []


def test_the_oldest_goes_where_the_ring_is_full() -> None:
    recent = RecentComplaints(KEY, 4)
    for number in range(1, 8):
        add(recent, number, complaint(), NOW + timedelta(seconds=number))
        assert len(recent) <= 4
    assert set(like(recent, complaint())) <= {4, 5, 6, 7}
    assert len(like(recent, complaint())) >= 3


def test_what_was_removed_is_not_named_and_may_come_again() -> None:
    recent = RecentComplaints(KEY, 64)
    add(recent, 1, complaint())
    add(recent, 2, complaint())
    recent.remove([UUID(int=1), UUID(int=9)])
    assert like(recent, complaint()) == [2]
    assert len(recent) == 1


def test_one_is_remembered_once() -> None:
    recent = RecentComplaints(KEY, 64)
    own = made(recent, complaint())
    assert own is not None
    assert recent.add(UUID(int=1), NOW, own.to_bytes(), own)
    assert not recent.add(UUID(int=1), NOW, own.to_bytes())
    assert like(recent, complaint()) == [1]


def test_no_more_than_ten_are_named_however_many_there_are() -> None:
    recent = RecentComplaints(KEY, 1024)
    for number in range(500):
        add(recent, number, complaint())
    assert len(like(recent, complaint())) == MOST


def test_the_likeliest_comes_first() -> None:
    recent = RecentComplaints(KEY, 64)
    add(recent, 1, complaint("lampu jalan Kenanga padam"))
    add(recent, 2, complaint())
    assert like(recent, complaint()) == [2, 1]


def test_places_by_coordinates_are_the_same_within_a_hundred_metres() -> None:
    recent = RecentComplaints(KEY, 64)
    here = {"latitude": -3.0011, "longitude": 106.4501}
    near = {"latitude": -3.0015, "longitude": 106.4504}
    far = {"latitude": -3.0111, "longitude": 106.4501}
    add(recent, 1, complaint(location=here))
    assert like(recent, complaint(location=near)) == [1]
    assert like(recent, complaint(location=far)) == []


def test_the_village_that_the_rules_found_counts_more_than_how_it_was_written() -> None:
    recent = RecentComplaints(KEY, 64)
    one = made(recent, complaint(), region="19.03.04.2001")
    other = made(recent, complaint(location={"village": "Desa Rias"}), region="19.03.04.2001")
    elsewhere = made(recent, complaint(), region="19.03.05.2003")
    assert one is not None and other is not None and elsewhere is not None
    recent.add(UUID(int=1), NOW, one.to_bytes(), one)
    assert recent.like(other, NOW) == (UUID(int=1),)
    assert recent.like(elsewhere, NOW) == ()


def test_what_is_kept_are_numbers_that_another_key_makes_otherwise() -> None:
    kept = []
    for key in (KEY, b"another key of 16"):
        own = made(RecentComplaints(key, 16), complaint())
        assert own is not None
        kept.append(own.to_bytes())
    assert kept[0] != kept[1]
    assert b"enanga" not in kept[0] and b"Rias" not in kept[0]


def test_two_with_the_same_key_make_the_same_of_a_complaint() -> None:
    one, other = Words(KEY), Words(KEY)
    texts = [
        fingerprint(complaint(), topic="t", agency="a", region=None, words_of=w)
        for w in (one, other)
    ]
    assert texts[0] == texts[1]


def test_bytes_of_another_version_or_broken_ones_are_left_aside() -> None:
    recent = RecentComplaints(KEY, 16)
    own = made(recent, complaint())
    assert own is not None
    kept = own.to_bytes()
    for broken in (b"", b"\x01", kept[:-1], kept[:-2], b"\x00\x09" + kept[2:]):
        assert unpacked(broken) is None
        assert not recent.add(UUID(int=1), NOW, broken)


def test_a_text_of_any_length_and_of_odd_signs_is_read() -> None:
    recent = RecentComplaints(KEY, 16)
    for text in (
        "jalan " * 5_000,
        "jl \ud800 kenanga 𝕛𝕒𝕝𝕒𝕟",
        "rt",
        "no",
        "jl",
        "gang 4",
        "jl 999999 i",
    ):
        own = made(recent, complaint(text))
        assert own is None or unpacked(own.to_bytes()) is not None


def test_of_a_name_that_many_have_the_latest_are_found() -> None:
    recent = RecentComplaints(KEY, 1024)
    for number in range(100):
        add(recent, number, complaint())
    assert like(recent, complaint())[0] == 99


def test_numbers_that_contradict_tell_two_apart_and_one_that_is_missing_does_not() -> None:
    recent = RecentComplaints(KEY, 64)
    add(recent, 1, complaint(location={"address": "Jl Kenanga no 12"}))
    assert like(recent, complaint(location={"address": "Jl Kenanga no 14"})) == []
    assert like(recent, complaint(location={"address": "Jl Kenanga no 12"})) == [1]
    assert like(recent, complaint()) == [1]


def test_squares_around_are_found_where_the_key_makes_them_alike() -> None:
    one, other = Words(KEY), Words(KEY)
    own = one.squares(-3.0011, 106.4501)
    assert own == other.squares(-3.0011, 106.4501)
    assert other.squares(-3.0016, 106.4501)[0] in own
    assert len(set(own)) == 9
