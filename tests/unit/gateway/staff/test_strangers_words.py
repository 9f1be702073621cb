"""What strangers and officers write, on every page and in every file: text, and never markup; and
who reported anonymously, on none of them."""

import re
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import timedelta
from html.parser import HTMLParser
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import openpyxl
import pytest
import pytest_asyncio

from broker.domain.case import Case, CaseClock, Entry, Said, State
from broker.domain.clocks import RESPONSE, VERIFICATION
from broker.memory import MemoryBroker
from broker.messaging.topology import topology
from broker.ports import Contact, Duty, Presence, ReportText
from schemas.decision import Alternative, DecisionRecord
from tests.contract.keeping import a_case
from tests.unit.gateway.door import NOW, MemoryDoor
from tests.unit.gateway.staff.parked_door import parking
from tests.unit.gateway.staff.test_who_may import MAY, address
from tests.unit.gateway.staff_door import Signed, signed_in, staff_door

DAY: Final = timedelta(days=1)
EVIL: Final = (
    "=EVIL \"'><img src=x onerror=alert(1)><script>alert(2)</script><p hx-get=/x hx-on:click=y"
    " style=z data-hx-post=/y>{{ 7 * 7 }}</textarea></select></title><!--"
)
SECRETS: Final = ("Pelapor Rahasia", "081299998888", "rahasia@contoh.id", "3201019001010001")
_OWN_SCRIPT: Final = re.compile(r"/berkas/staf/[a-z]+\.js")


class Elements(HTMLParser):
    """What of a page no page of ours has."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "script" and not _OWN_SCRIPT.fullmatch(given.get("src") or ""):
            self.wrong.append("a script")
        if tag in ("iframe", "object", "embed", "base"):
            self.wrong.append(tag)
        for name, value in attrs:
            if name.startswith(("on", "hx-on", "data-hx", "style")):
                self.wrong.append(f"{tag} {name}")
            if name.startswith("hx-") and "EVIL" in (value or ""):
                self.wrong.append(f"{tag} {name}={value}")
            if (value or "").startswith(("tel:=EVIL", "mailto:=EVIL")):
                continue
            if name in ("href", "src", "action", "formaction", "hx-get", "hx-post"):
                place = value or ""
                if place.startswith("//") or re.match(r"(?i)\s*(javascript|data|vbscript):", place):
                    self.wrong.append(f"{tag} {name}={place[:60]}")
                if place.startswith("http") and tag != "a":
                    self.wrong.append(f"{tag} {name}={place[:60]}")
                if "EVIL" in place and not place.startswith(("/meja", "/opd", "?", "http")):
                    self.wrong.append(f"{tag} {name}={place[:60]}")


def wrong_in(html: str) -> list[str]:
    read = Elements()
    read.feed(html)
    return read.wrong


def told(n: int, *, agency: str | None, state: State) -> Case:
    """A case of which everything was written by somebody with bad intentions."""
    clock = VERIFICATION if agency is None else RESPONSE
    clocks = (CaseClock(clock.name, 1, agency, NOW - 5 * DAY, NOW - DAY),)
    case = a_case(agency=agency, state=state, complaint_id=UUID(int=n << 112), clocks=clocks)
    complaint: Any = {
        "text": f"Lampu jalan {EVIL}",
        "title": f"{EVIL}",
        "category": EVIL,
        "external_id": EVIL,
        "location": {"village": EVIL, "district": EVIL, "address": EVIL, "latitude": -2.9},
        "reporter": dict(zip(("name", "phone", "email", "national_id"), SECRETS, strict=True)),
        "attachments": [
            {"url": url, "media_type": EVIL}
            for url in (
                "javascript:alert(1)",
                "//evil.test/a",
                "data:text/html,x",
                f"https://e/{EVIL}",
            )
        ],
    }
    decision = DecisionRecord("topic", EVIL, "2026.1", alternatives=(Alternative("dlh", 0.4),))
    return replace(
        case,
        complaint=complaint,
        anonymous=True,
        decision=decision,
        channel="web",
        previous=("bpbd",),
    )


def lines_of(case: Case) -> tuple[list[Entry], list[Said]]:
    agency = f"agency.{case.agency}" if case.agency else "desk"
    who = f"{agency}.sari" if case.agency else "desk.rina"
    detail = {"note": EVIL, "reason": EVIL, "why": EVIL, "suggest": EVIL, "rule": EVIL}
    lines = [
        Entry(NOW, NOW, who, what, None, case.state, None, case.agency, detail)
        for what in ("assigned", "returned", "responded", EVIL)
    ]  # fmt: skip
    said = [
        Said(NOW, by, verb, note=EVIL, reason=EVIL, internal_note=EVIL)
        for by, verb in ((agency, "responded"), ("channel.web", "replied"), ("desk", "held"))
    ]
    return lines, said


@pytest_asyncio.fixture
async def door() -> AsyncIterator[MemoryDoor]:
    async with staff_door() as made:
        for n, (agency, state) in enumerate(
            [(None, State.TRIAGE), (None, State.TRIAGE), ("dlh", State.ROUTED)], 1
        ):
            case = told(n, agency=agency, state=state)
            await made.keep(case, *lines_of(case))
        store = made.world.store
        one = Contact(EVIL, EVIL, EVIL)
        duty = Duty("0" * 32, "dlh", NOW.date(), NOW.date(), one, one, "rina", NOW)
        await store.duties.add_duties([duty])
        await store.report_texts.write(ReportText("2026-02", "findings", 1, EVIL, EVIL, NOW))
        await store.presence.here(Presence(UUID(int=1 << 112), "sri", NOW))
        assert made.world.search is not None
        await made.world.search.look()
        parked = parking(made, MemoryBroker(topology(["dlh"], ["web"], broker_version=(4, 0))))
        await parked.add(f'{{"text": "{EVIL}'.encode(), id=EVIL, key="web")
        yield made


@pytest_asyncio.fixture
async def agus(door: MemoryDoor) -> Signed:
    return await signed_in(door, "agus", "admin", "agency:dlh")


async def addresses(door: MemoryDoor) -> list[str]:
    """Of every page and file."""
    kept = list(door.cases._kept.cases.values())
    waits = next(case.tracking for case in kept if case.agency is None)
    own = next(case.tracking for case in kept if case.agency == "dlh")
    [id] = [line.id for line in (await door.world.parked().listing(5.0, anew=True)).lines]  # type: ignore[union-attr]
    key = next(iter((await door.world.parked().listing(5.0)).groups))  # type: ignore[union-attr]
    found = [address(route.removeprefix("GET ")) for route in MAY if route.startswith("GET ")]
    at_agency = "/opd/dlh/kasus/AAAA-AAAA-AAAA"
    found = [
        one.replace(at_agency, f"/opd/dlh/kasus/{own}").replace("AAAA-AAAA-AAAA", waits)
        .replace("0" * 16 if "pesan" in one else "\0", id)
        .replace("kelompok/" + "0" * 12, f"kelompok/{key}")
        for one in found
        if not one.startswith(("/masuk", "/berkas"))
    ]  # fmt: skip
    more = [
        f"/meja?kasus={waits}", f"/meja/kasus/{waits}?cetak=1&semua=1",
        f"/meja/kasus/{own}?cetak=1", f"/meja/kasus/{own}", f"/meja/serentak?kasus={waits}",
        "/meja/lewat/ekspor?bentuk=csv",
        "/meja/lewat/ekspor?bentuk=tsv", "/meja/lewat/ekspor?bentuk=xlsx", "/meja/kasus?telp=8888",
        "/meja/kasus?telp=081299998888", "/meja/kasus?q=rahasia", "/meja/kasus?q=lampu",
        "/meja/rekap/unduh.xlsx?dari=2026-01-01", "/meja/rekap/unduh.csv?dari=2026-01-01",
        "/meja/rekap?dari=2026-01-01", "/meja/rekap/salin.txt?dari=2026-01-01",
        "/meja/piket/unduh.xlsx", "/opd/dlh?cari=8888",
        "/opd/dlh?cari=rahasia", "/opd/dlh?tab=late",
        f"/opd/dlh/kasus/{own}?semua=1", "/laporan?periode=2026-02&bagian=12",
        "/laporan/versi?periode=2026-02&bidang=findings", "/laporan/unduh.html?periode=2026-02",
        "/laporan/unduh.xlsx?periode=2026-02", "/laporan/unduh.tsv?periode=2026-02",
        "/laporan?periode=2026-02&bagian=semua",
    ]  # fmt: skip
    return list(dict.fromkeys([*found, *more]))


def texts(body: bytes) -> str:
    """All cells of a workbook."""
    book = openpyxl.load_workbook(BytesIO(body))
    return "\n".join(
        str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row if cell.value
    )


def formulas(body: bytes) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(BytesIO(body)):
        for row in sheet.iter_rows():
            yield from (f"{sheet.title} {c.coordinate}" for c in row if c.data_type == "f")


async def test_words_are_text_on_every_page_and_in_every_file(
    door: MemoryDoor, agus: Signed
) -> None:
    wrong, shown = [], 0
    for path in await addresses(door):
        answer = await agus.get(path)
        kind = answer.headers.get("content-type", "").partition(";")[0]
        shown += "EVIL" in answer.text
        if answer.status_code >= 500:
            wrong.append((path, answer.status_code))
        if kind == "text/html":
            wrong += [(path, one) for one in wrong_in(answer.text)]
            part = await agus.get(path, **{"HX-Request": "true"})
            wrong += [(path, "part", one) for one in wrong_in(part.text)]
        elif kind.endswith("spreadsheetml.sheet"):
            wrong += [(path, one) for one in formulas(answer.content)]
        elif kind in ("text/csv", "text/tab-separated-values", "text/plain"):
            wrong += [(path, one) for one in re.findall(r'(?:^|[\t,;])"?=EVIL', answer.text, re.M)]
    assert not wrong, "\n".join(map(str, wrong))
    assert shown > 20


async def test_who_reported_anonymously_is_on_no_page_and_in_no_file(
    door: MemoryDoor, agus: Signed
) -> None:
    wrong = []
    for path in await addresses(door):
        answer = await agus.get(path)
        workbook = answer.headers.get("content-type", "").endswith("spreadsheetml.sheet")
        text = texts(answer.content) if workbook else answer.text
        # What was asked for stands in the field that it was typed in.
        text = text.replace('value="081299998888"', "").replace("telp=081299998888", "")
        wrong += [(path, secret) for secret in SECRETS if secret in text]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize(
    "query", ["telp=8888", "telp=081299998888", "q=rahasia", "q=3201019001010001"]
)
async def test_no_search_finds_who_reported_anonymously(agus: Signed, query: str) -> None:
    page = await agus.page(f"/meja/kasus?{query}")
    assert "/meja/kasus/0" not in page and "EVIL" not in page


async def test_every_answer_keeps_itself_out_of_caches_frames_and_other_sites(
    door: MemoryDoor, agus: Signed
) -> None:
    nobody = Signed(door, "", "")
    lost = ["/meja/nowhere", "/opd/x/y/z", "/laporan/x", "/saya/x", "/masuk/x", "/meja/kasus/%00"]
    wrong = []
    for path in [*await addresses(door), *lost]:
        for who in (agus, nobody):
            for answer in (await who.get(path), await who.post(path, {})):
                told = answer.headers
                good = (
                    "default-src 'none'" in told.get("content-security-policy", "")
                    and "frame-ancestors 'none'" in told["content-security-policy"]
                    and told["x-frame-options"] == "DENY"
                    and told["cache-control"] == "no-store"
                    and told["x-content-type-options"] == "nosniff"
                    and told["referrer-policy"] in ("same-origin", "no-referrer")
                )
                if not good or answer.status_code >= 500:
                    wrong.append((path, answer.status_code, dict(told)))
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.parametrize("url", ["//evil.test/a", "/keluar", "https://evil.test/a"])
async def test_a_file_elsewhere_is_no_link_at_the_desk_and_does_not_take_its_page_down(
    door: MemoryDoor, agus: Signed, url: str
) -> None:
    """Whoever files a complaint names its files, and need not say how large they are."""
    case = told(9, agency=None, state=State.TRIAGE)
    assert case.complaint is not None
    await door.keep(replace(case, complaint={"text": "x", "attachments": [{"url": url}]}))
    page = await agus.page(f"/meja?kasus={case.tracking}")
    assert f"<code>{url}</code>" in page
    assert f'<a href="{url}"' not in page


async def test_an_id_of_a_form_that_no_page_makes_goes_no_further(
    door: MemoryDoor, agus: Signed
) -> None:
    own = told(3, agency="dlh", state=State.ROUTED)
    waits = told(1, agency=None, state=State.TRIAGE)
    note = "Lampu itu kami ganti kemarin sore di depan pasar."
    for id in ("a\0b", "😀" * 64, "a\r\nb", "\u202e", "../x"):
        fields = {"id": id, "agency": "dlh", "verb": "assigned", "note": note, "sure": "1"}
        await agus.post(f"/opd/dlh/kasus/{own.tracking}/responded", fields)
        await agus.post(f"/meja/kasus/{waits.tracking}/assigned", fields)
        await agus.post(f"/meja/putusan/{waits.tracking}", fields)
        await agus.post("/meja/serentak", {**fields, "kasus": waits.tracking})
    ids = [str(one["id"]) for one in door.sent.said]
    assert len(ids) >= 15
    assert not [id for id in ids if not re.fullmatch(r"[0-9a-f]{32}[0-9A-Za-z.-]*", id)], ids
