"""What a case store remembers of clocks: the anchor, an operator's word, and what was mended."""

from datetime import UTC, datetime, timedelta

from broker.ports import Anchor, CaseStore, ClockState, Mended
from tests.contract.keeping import NOW, OpenStore, a_case, save

DAY = timedelta(days=1)


async def test_an_empty_store_remembers_nothing(case_store: CaseStore) -> None:
    state = await case_store.clock_state()
    assert (state.watermark, state.vouched, state.anchor, state.began) == (None,) * 4
    assert not state.holds_cases
    assert await case_store.mends(5) == []


async def test_it_tells_whether_there_are_cases_and_when_a_fast_clock_began(
    case_store: CaseStore,
) -> None:
    await save(case_store, a_case())
    await case_store.began(NOW)
    state = await case_store.clock_state()
    assert state.holds_cases and state.began == NOW


async def test_an_anchor_is_there_for_whoever_opens_the_store_next(open_stores: OpenStore) -> None:
    one, two = await open_stores(), await open_stores()
    await one.anchor(Anchor("boot", 12.5, NOW))
    assert (await two.clock_state()).anchor == Anchor("boot", 12.5, NOW)
    await one.anchor(Anchor("another", 1.0, NOW + DAY))
    assert (await two.clock_state()).anchor == Anchor("another", 1.0, NOW + DAY)


async def test_a_watermark_that_lies_ahead_is_set_back_with_who_and_why(
    open_stores: OpenStore,
) -> None:
    one, two = await open_stores(), await open_stores()
    async with one.transaction() as transaction:
        await transaction.advance_watermark(NOW + 60 * DAY)
    mended = await two.mend_clock(Mended(NOW, "sri", "jam maju 60 hari"))
    assert mended == Mended(NOW, "sri", "jam maju 60 hari", NOW + 60 * DAY)
    assert await one.watermark() == NOW
    state = await one.clock_state()
    assert (state.watermark, state.vouched) == (NOW, NOW)
    assert await one.mends(5) == [mended]
    async with one.transaction() as transaction:
        await transaction.advance_watermark(NOW + DAY)
    assert await one.watermark() == NOW + DAY


async def test_one_that_does_not_stays(case_store: CaseStore) -> None:
    async with case_store.transaction() as transaction:
        await transaction.advance_watermark(NOW)
    first = await case_store.mend_clock(Mended(NOW + DAY, "sri", "terhenti dua bulan"))
    assert first.watermark == await case_store.watermark() == NOW
    second = await case_store.mend_clock(Mended(NOW + 2 * DAY, "budi", "lagi"))
    assert await case_store.mends(5) == [second, first]
    assert await case_store.mends(1) == [second]
    assert (await case_store.clock_state()).vouched == NOW + 2 * DAY


async def test_the_clock_of_a_database_server_is_read_and_one_here_is_no_witness(
    case_store: CaseStore,
) -> None:
    state: ClockState = await case_store.clock_state()
    if state.database is None:
        return  # a file, or memory, has none
    assert abs(state.database - datetime.now(UTC)) < timedelta(minutes=1)
    assert state.database.utcoffset() == timedelta()
    assert not state.elsewhere


async def test_what_operators_said_is_kept_as_long_as_closed_cases_are(
    case_store: CaseStore,
) -> None:
    """It bears their names."""
    await case_store.mend_clock(Mended(NOW, "sri", "jam maju 60 hari"))
    second = await case_store.mend_clock(Mended(NOW + 2 * DAY, "budi", "lagi"))
    await case_store.forget(NOW, 10)
    assert len(await case_store.mends(5)) == 2
    await case_store.forget(NOW + DAY, 10)
    assert await case_store.mends(5) == [second]
    assert (await case_store.clock_state()).vouched == NOW + 2 * DAY
