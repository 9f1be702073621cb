"""The rules at work, as whoever may read them sees them in a browser."""

import asyncio
import logging
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from structlog.testing import capture_logs

import config
from broker.domain.case import Entry, State
from broker.ports import Moved
from gateway.desk.kept_diff import keep
from gateway.staff.rules.history import Counting
from tests.contract.keeping import a_case
from tests.unit.gateway.door import NOW, MemoryDoor, memory_door
from tests.unit.gateway.staff.kept import KEPT
from tests.unit.gateway.staff_door import SignedIn, signed_in

PAGES = (
    "/meja/aturan",
    "/meja/aturan/topik",
    "/meja/aturan/topik/waste",
    "/meja/aturan/instansi",
    "/meja/aturan/instansi/dlh",
    "/meja/aturan/wilayah",
    "/meja/aturan/keliru",
    "/meja/aturan/layanan-baru",
    "/meja/aturan/pembelajaran",
)
SHIPPED = Path(config.__path__[0]) / "defaults" / "bangka-selatan"
HTML = '<script>alert(1)</script> & "sampah tidak diangkut"'


@pytest.fixture
async def rina(door: MemoryDoor) -> SignedIn:
    return await signed_in(door, "rina", "desk")


async def test_only_whoever_may_read_the_rules_sees_them(door: MemoryDoor) -> None:
    for number, (role, status) in enumerate(
        [("desk", 200), ("auditor", 200), ("admin", 200), ("lead", 403), ("agency:dlh", 403)]
    ):
        somebody = await signed_in(door, f"person-{number}", role)
        for path in PAGES:
            assert (await somebody.get(path)).status_code == status, (role, path)
        tried = await somebody.post("/meja/aturan", {"text": "sampah"})
        assert tried.status_code == status, role


async def test_without_a_session_one_is_sent_to_the_sign_in(door: MemoryDoor) -> None:
    for path in PAGES:
        answer = await door.client.get(path, headers={"Accept": "text/html"})
        assert (answer.status_code, answer.headers["location"]) == (303, f"/masuk?ke={path}")


async def test_a_text_is_tried_and_its_evidence_is_marked(rina: SignedIn) -> None:
    answer = await rina.post("/meja/aturan", {"text": "Sampah tidak diangkut di pasar"})
    assert answer.status_code == 200
    assert "Dinas Lingkungan Hidup" in answer.text
    assert '<mark class="topic" title="Sampah">Sampah tidak diangkut</mark> di pasar' in answer.text
    assert "decided without a person from" in answer.text
    assert "First answer by" in answer.text
    assert "Nothing in this text would be masked" in answer.text


async def test_what_is_not_sure_goes_to_the_desk_and_has_no_deadline(rina: SignedIn) -> None:
    answer = await rina.post("/meja/aturan", {"text": "tolong segera diperbaiki"})
    assert "a person decides" in answer.text
    assert "First answer by" not in answer.text


async def test_the_classification_moves_the_deadline(rina: SignedIn) -> None:
    def final(text: str) -> str:
        return text.split("Final answer by</dt><dd>")[1].split("</dd>", maxsplit=1)[0]

    fields = {"text": "sampah tidak diangkut"}
    complaint = await rina.post("/meja/aturan", fields)
    question = await rina.post("/meja/aturan", fields | {"classification": "information_request"})
    assert final(complaint.text) != final(question.text)


async def test_what_would_be_masked_if_it_were_anonymous_is_shown(rina: SignedIn) -> None:
    answer = await rina.post(
        "/meja/aturan", {"text": "Sampah tidak diangkut, hubungi 0812-7788-9900"}
    )
    assert 'hubungi <mark class="masked">[telepon]</mark>' in answer.text


async def test_nothing_that_is_tried_is_markup_or_is_kept(
    door: MemoryDoor, rina: SignedIn, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    fields = dict.fromkeys(("district", "village", "category", "classification"), HTML)
    with capture_logs() as lines:
        answer = await rina.post("/meja/aturan", {"text": HTML, **fields})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert "alert" not in f"{lines}{caplog.text}"
    assert door.sent.messages == []
    assert await door.cases.how_many() == 0


async def test_the_page_of_a_long_text_is_small(rina: SignedIn) -> None:
    text = "sampah 0812-7788-9900 & <b>jalan rusak</b> " * 1_000
    answer = await rina.post("/meja/aturan", {"text": text})
    assert answer.status_code == 200
    assert len(answer.text.encode()) < 30_000


async def test_a_topic_shows_on_what_condition_somebody_else_answers() -> None:
    async with memory_door(SHIPPED) as door:
        rina = await signed_in(door, "rina", "desk")
        shown = await rina.page("/meja/aturan/topik/bridge")
        assert "Who answers otherwise" in shown
        assert "jembatan di jalan nasional diurus BPJN" in shown
        assert "The village office of the place" in shown
        listed = await rina.page("/meja/aturan/topik?hal=3")
        assert "Page 3 of 8" in listed
        assert 'href="/meja/aturan/topik?q=&amp;hal=4"' in listed
        assert "Page 8 of 8" in await rina.page("/meja/aturan/topik?hal=900")
        successor = await rina.page("/meja/aturan/instansi/kemenkumham")
        assert 'href="/meja/aturan/instansi/kemenkum"' in successor
        assert "Ended on</dt><dd>21 October 2024" in successor


async def test_a_form_without_its_token_tries_nothing(rina: SignedIn) -> None:
    answer = await rina.post("/meja/aturan", {"text": "sampah"}, token="0" * 32)
    assert answer.status_code == 403


async def test_a_form_without_a_text_is_shown_again(rina: SignedIn) -> None:
    answer = await rina.post("/meja/aturan", {"text": "  ", "village": "Rias"})
    assert answer.status_code == 422
    assert 'value="Rias"' in answer.text


async def test_topics_are_found_by_their_words_and_by_their_agency(rina: SignedIn) -> None:
    for asked in ("berlubang", "dpupr", "Pekerjaan Umum", "jalan RUSAK", "road-damage"):
        found = await rina.page(f"/meja/aturan/topik?q={asked}")
        assert "Jalan rusak" in found, asked
        assert "Pungutan liar" not in found, asked
    assert "Found: 0" in await rina.page("/meja/aturan/topik?q=%3Cscript%3E")


async def test_a_topic_shows_its_agency_and_phrases(rina: SignedIn) -> None:
    shown = await rina.page("/meja/aturan/topik/street-light")
    for words in ("Dinas Perhubungan", "PT PLN (Persero)", "lampu jalan mati", "Phrases (2)"):
        assert words in shown
    assert (await rina.get("/meja/aturan/topik/none")).status_code == 404


async def test_an_agency_shows_how_many_cases_it_has(door: MemoryDoor, rina: SignedIn) -> None:
    await door.keep(a_case(agency="dlh"))
    shown = await rina.page("/meja/aturan/instansi/dlh")
    assert "Open cases</dt><dd>1</dd>" in shown
    assert 'href="/meja/aturan/topik/waste"' in shown
    assert (await rina.get("/meja/aturan/instansi/none")).status_code == 404
    assert "Dinas Lingkungan Hidup" in await rina.page("/meja/aturan/instansi?q=DLH")


async def test_places_are_found_with_their_office(rina: SignedIn) -> None:
    assert "Found: 1" in await rina.page("/meja/aturan/wilayah?q=rias")


def a_line(what: str, left: str | None, got: str | None, **detail: object) -> Entry:
    at = NOW - timedelta(days=2)
    return Entry(at, at, "desk.rina", what, State.TRIAGE, State.ROUTED, left, got, detail)


async def test_what_went_wrong_shows_codes_and_no_word_of_anybody(
    door: MemoryDoor, rina: SignedIn
) -> None:
    case = a_case(text="Rahasia sekali")
    await door.keep(
        case,
        [
            a_line("routed", None, "dpupr", rule="text/road-damage", topic="road-damage"),
            a_line("returned", "dpupr", "dlh", reason="alasan petugas", topic="waste", rule="text"),
        ],
    )
    shown = await rina.page("/meja/aturan/keliru")
    assert f'href="/meja/kasus/{case.tracking}"' in shown
    assert "Jalan rusak" in shown
    assert "Handed back by the agency" in shown
    assert "Rahasia" not in shown
    assert "alasan petugas" not in shown


async def test_a_page_waits_for_no_long_count_and_shows_it_as_soon_as_it_is_there(
    door: MemoryDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = asyncio.Event()
    asked = 0

    async def moves(*_: object) -> list[Moved]:
        nonlocal asked
        asked += 1
        await gate.wait()
        return []

    monkeypatch.setattr(door.cases, "moves", moves)
    counting = Counting(door.world)
    assert await counting.latest(patience=0) is None
    assert await counting.latest(patience=0) is None
    gate.set()
    found = await counting.latest(patience=10)
    assert found is not None
    assert found.cases == 0
    assert await counting.latest() is found
    assert asked == 1


async def test_a_store_that_is_away_is_told_and_what_was_counted_before_stays(
    door: MemoryDoor, rina: SignedIn
) -> None:
    door.cases.away = True
    assert (await rina.get("/meja/aturan/keliru")).status_code == 503
    door.cases.away = False
    await rina.page("/meja/aturan/keliru")
    door.cases.away = True
    await rina.page("/meja/aturan/keliru")


async def test_the_newest_comparison_that_was_kept_is_shown(
    door: MemoryDoor, rina: SignedIn, tmp_path: object
) -> None:
    door.world.state = tmp_path  # type: ignore[assignment]
    assert "No comparison was kept yet" in await rina.page("/meja/aturan/pembelajaran")
    place = keep(KEPT, door.world.state)
    shown = await rina.page("/meja/aturan/pembelajaran")
    assert "34 of 1,200" in shown
    assert "Dinas &lt;b&gt;Lingkungan&lt;/b&gt;" in shown
    place.write_text('{"made_at": "yesterday"}')
    assert "cannot be read" in await rina.page("/meja/aturan/pembelajaran")


class Inline(HTMLParser):
    """What the strict policy would not let run or show."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = {name for name, _ in attrs}
        if tag == "style" or "style" in names or any(n.startswith(("on", "hx-on")) for n in names):
            self.found.append(f"{tag} {names}")


async def test_every_page_is_small_and_has_nothing_inline(door: MemoryDoor, rina: SignedIn) -> None:
    for path in PAGES:
        shown = await rina.page(path)
        inline = Inline()
        inline.feed(shown)
        assert inline.found == [], path
        assert len(shown.encode()) < 30_000, path
