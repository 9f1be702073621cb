"""Whatever comes in, there is a decision, always the same one, and never an excluded agency."""

from dataclasses import replace
from datetime import date

from hypothesis import assume, given
from hypothesis import strategies as st

from broker.domain.routing.decide import Decision, Place, Query, decide
from broker.domain.routing.marking import marks
from broker.domain.routing.rules import Rules, compile_rules
from broker.domain.routing.situation import Situation
from config.loading import load_rules
from tests.support.regions import SMALL_REGION

RULES = load_rules(SMALL_REGION)
ON = date(2026, 1, 15)


def rebuilt(rules: Rules, order: list[int]) -> Rules:
    """The same tables in another order."""

    def shuffled(items):
        items = list(items)
        return [items[i % len(items)] for i in sorted(range(len(items)), key=lambda i: (
            order[i % len(order)], -i))]  # fmt: skip

    return compile_rules(
        tenant=rules.tenant,
        name=rules.name,
        version=rules.version,
        region=rules.region,
        thresholds=rules.thresholds,
        agencies=shuffled(rules.agencies.values()),
        topics=shuffled(rules.topics),
        areas=shuffled(rules.gazetteer.areas.values()),
        attributes=shuffled(rules.attributes.values()),
        roads=shuffled(rules.roads),
        landmarks=shuffled(rules.landmarks),
        outside=shuffled(rules.outside),
        channels=rules.channels.values(),
        words=rules.words,
    )


TERMS = sorted(
    {
        *(p for t in RULES.topics for p in (*t.phrases, *t.strong, *t.weak, *t.against)),
        *(a.name for a in RULES.gazetteer.areas.values()),
        *(mark.name for mark in RULES.landmarks),
        *(a.name for a in RULES.agencies.values()),
        *(p for v in RULES.attributes.values() for p in v.phrases),
        *("bukan", "hanya", "desa", "kecamatan", "di", "padam", "rusak", "Jalan Sudirman"),
        *("Pangkalpinang", "0812", "jalannnn2", "l4mpu"),
    }
)
telling = st.lists(st.sampled_from(TERMS) | st.text(max_size=8), max_size=25).map(" ".join)
anything = st.text(st.characters(), max_size=300) | telling
maybe = st.none() | anything
codes = st.sampled_from([None, "99.01", "99.01.01", "99.01.03.2002", "98.01", "99.01.01.9", "١٢"])
places = st.builds(
    Place,
    region=codes | maybe,
    district=st.sampled_from(["Toboali", "Rawabaru", "Pangkalpinang"]) | maybe,
    village=st.sampled_from(["Sukamaju", "Serdang", "Toboali"]) | maybe,
    address=maybe,
)
queries = st.builds(
    Query,
    text=anything,
    title=maybe,
    category=st.sampled_from(["928", "77", "110", "waste", "x"]) | maybe,
    agency=st.sampled_from(["dlh", "tata kota", "badan-bubar", "x"]) | maybe,
    place=places,
    oversight=st.booleans(),
)
named = st.builds(
    Query,
    text=telling,
    category=st.sampled_from(["1398", " 1398", "waste"]),
    place=st.builds(
        Place,
        region=st.sampled_from([None, "99.01.01", "98.01"]),
        district=st.sampled_from([None, "Toboali", "Pangkalpinang"]),
        village=st.sampled_from([None, "Sukamaju", "Serdang"]),
    ),
)
excluded = st.frozensets(st.sampled_from(sorted(RULES.agencies)))


def is_whole(decision: Decision) -> bool:
    everybody = [decision.agency, *decision.supporting, *(a.agency for a in decision.alternatives)]
    return (
        all(code is None or code in RULES.agencies for code in everybody)
        and (decision.agency is None) == decision.rule.startswith("triage/")
        and decision.agency not in decision.supporting
        and decision.agency not in [a.agency for a in decision.alternatives]
        and 0.0 <= decision.confidence <= 1.0
        and decision.because.endswith(".")
        and not (decision.supporting and (decision.topic is None or decision.agency is None))
        and (decision.region is None or decision.region in RULES.gazetteer.areas)
    )


@given(queries)
def test_anything_is_decided_and_every_time_alike(query):
    decision = decide(query, RULES, on=ON)
    assert is_whole(decision)
    assert decide(query, RULES, on=ON) == decision


@given(st.lists(queries | named, min_size=2, max_size=6), st.dates(ON, date(2026, 1, 17)))
def test_what_was_decided_before_changes_no_decision(asked, on):
    fresh = [decide(query, replace(RULES), on=on) for query in asked]
    assert [decide(query, RULES, on=on) for query in asked] == fresh


@given(queries, excluded)
def test_an_excluded_agency_never_comes_out(query, without):
    decision = decide(query, RULES, on=ON, excluded=without)
    assert is_whole(decision)
    named = {decision.agency, *decision.supporting, *(a.agency for a in decision.alternatives)}
    assert not named & without


@given(queries, st.lists(st.integers(0, 9), min_size=1, max_size=20))
def test_the_order_of_entries_in_the_files_does_not_matter(query, order):
    assert decide(query, rebuilt(RULES, order), on=ON) == decide(query, RULES, on=ON)


@given(anything)
def test_marks_lie_in_the_text_in_order(text):
    spans = [(start, end) for start, end, _ in marks(text, RULES)]
    flat = [place for span in spans for place in span]
    assert flat == sorted(flat)
    assert all(0 <= start < end <= len(text) for start, end in spans)


@given(telling, telling)
def test_words_that_say_nothing_change_nothing(before, after):
    """But whether a matter is elsewhere: that goes by where in a sentence a place is named."""
    assume(not Situation(Query(f"{before} {after}"), RULES, ON, frozenset()).glimpse.outside)
    filler = " mohon, TOLONG... "
    plain = decide(Query(f"{before} {after}"), RULES, on=ON)
    assert decide(Query(f"{filler}{before}{filler}{after}{filler}"), RULES, on=ON) == plain
