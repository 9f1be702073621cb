"""Whatever came in, what is made of it fits into frames."""

import struct

from hypothesis import given
from hypothesis import strategies as st

from broker.amqp.protocol import decode
from broker.amqp.protocol.encode import publish_frames
from broker.domain.intake import handle_intake, internal_error
from broker.memory.refusing import unpublishable
from broker.messaging import fitting
from broker.messaging.messages import Incoming, Outgoing
from broker.messaging.parking.park import park, park_bare
from config.loading import load_rules
from config.loading.clocks import load_clocks
from schemas import limits
from schemas.properties import Properties
from tests.unit.consumers.runtime.router_world import NOW

RULES, CLOCKS = load_rules(None), load_clocks(None)
FRAME = 131_072

raw = st.one_of(st.binary(max_size=255), st.just(b"\xff" * 100), st.just(b"\xff" * 255))
short = raw.map(lambda b: b.decode("utf-8", "replace"))
names = st.one_of(short, short.map(lambda text: f"cloudevents_{text}"), st.just("traceparent"))
values = st.one_of(st.text(max_size=600), st.integers(), st.binary(max_size=20), st.none())
incoming = st.builds(
    Incoming,
    body=st.sampled_from([b'{"text":"lampu jalan mati"}', b"lampu jalan mati", b"\xff", b""]),
    exchange=st.just("complaints.intake"),
    routing_key=short,
    properties=st.builds(
        Properties,
        content_type=st.none() | short,
        type=st.none() | short,
        message_id=st.none() | short,
        headers=st.dictionaries(names, values, max_size=5),
    ),
    redelivered=st.just(False),
    tag=st.just(1),
)


@given(incoming)
def test_whatever_comes_in_what_goes_out_fits_into_frames(message: Incoming) -> None:
    outcome = handle_intake(message, RULES, CLOCKS, now=NOW, new_id=lambda: "fresh")
    parked = park(message, "internal-error", "a detail", NOW)
    given_up = internal_error(message, NOW).publish
    for out in (*outcome.publish, parked, park_bare(message, "internal-error"), *given_up):
        publish_frames(out, 1, FRAME)
        assert unpublishable(out) is None


def test_a_hundred_bytes_that_are_no_text_are_cut_between_two_characters() -> None:
    text = (b"\xff" * 100).decode("utf-8", "replace")
    out = Outgoing(
        "e",
        text,
        b"",
        text,
        type=text,
        content_type=text,
        headers={text: text},
        correlation_id=text,
    )
    assert out.routing_key == out.message_id == out.type == out.content_type == "\ufffd" * 85
    assert out.correlation_id == out.message_id
    assert dict(out.headers) == {"\ufffd" * 42: text}


def test_lone_surrogates_become_question_marks() -> None:
    out = Outgoing("e", "a\ud800", b"", "i", type="\udfff", headers={"h\ud800": "v\ud800"})
    assert (out.routing_key, out.type, dict(out.headers)) == ("a?", "?", {"h?": "v?"})


def test_what_fits_stays_as_it_is() -> None:
    key = "k" * 255
    out = Outgoing("e", key, b"", "i", type="é" * 127, headers={"n": "v"})
    assert (out.routing_key, out.type, dict(out.headers)) == (key, "é" * 127, {"n": "v"})


def test_headers_that_do_not_fit_into_a_frame_are_left_out() -> None:
    given_ = {f"cloudevents_{n}": "\ufffd" * 5_000 for n in range(40)} | {"last": "small"}
    out = Outgoing("e", "k", b"", "i", headers=given_)
    assert "last" in out.headers
    assert 0 < len(out.headers) < 40
    assert len(publish_frames(out, 1, FRAME)) < limits.HEADERS + 1_000


def test_two_names_that_are_cut_to_one_are_one_header() -> None:
    assert fitting.headers({"n" * 200 + "a": "1", "n" * 200 + "b": "2"}) == {"n" * 128: "1"}


def test_a_poison_from_the_wire_is_sent_again_in_a_form_that_can_be_read() -> None:
    payload = struct.pack(">HHQH", 60, 0, 4, 1 << 5) + b"\x64" + b"\xff" * 100
    _, properties = decode.content_header(payload)
    message = Incoming(b"lampu jalan mati", "complaints.intake", "sms", properties, False, 1)
    outcome = handle_intake(message, RULES, CLOCKS, now=NOW, new_id=lambda: "fresh")
    frames = publish_frames(outcome.publish[0], 1, FRAME)
    assert b"\xef\xbf\xbd" * 85 in frames
    assert b"\xef\xbf\xbd" * 86 not in frames
