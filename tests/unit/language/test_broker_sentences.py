"""What the rooms below the catalogues say is recognised, and said in the language in use."""

import re
import ssl

import pytest

from broker.errors import BrokerUnavailable
from broker.trust import POSTGRES, RABBITMQ, Server, distrusted, rejected
from config import foreign, refusal_sentences, topology_sentences, trust_sentences
from config.broker_sentences import FORMS, told
from config.language import spoken_in
from tests.unit.language.sentences import ROOT, literals

OF_PYTHON = (
    "Connect call failed {host}",
    "[Errno {n}] Connect call failed {host}",
    "[Errno {n}] {why}",
)


@pytest.fixture(scope="module")
def said() -> list[str]:
    """Every literal of these rooms, with ``{}`` for values."""
    rooms = ("broker", "schemas", "gateway", "consumers")
    paths = [path for room in rooms for path in (ROOT / room).rglob("*.py")]
    return [text for path in paths for _, text, _ in literals(path)]


def test_every_form_is_one_that_somebody_says(said: list[str]) -> None:
    texts = [re.sub(r"\{\w+\}", "{}", text) for text in said]
    rooms = (trust_sentences, topology_sentences, refusal_sentences)
    forms = [*FORMS, *(form for room in rooms for form in room.FORMS)]
    own = [form for form in forms if form not in foreign.FORMS and form not in OF_PYTHON]
    assert [form for form in own if not any(_bare(form) in text for text in texts)] == []


def test_an_error_is_told_with_its_place_and_what_it_quotes() -> None:
    why = BrokerUnavailable("amqp://guest:***@localhost:1/: there is no queue agency.dlh")
    with spoken_in("id"):
        assert told(why) == "amqp://guest:***@localhost:1/: tidak ada antrean agency.dlh"
    assert told(why) == str(why)


def test_each_line_of_an_error_is_told() -> None:
    why = BrokerUnavailable("a: the channel was closed\nb: no answer within 5 s\nc: whatever it is")
    with spoken_in("id"):
        assert told(why) == (
            "a: channel tertutup\nb: tidak ada jawaban dalam 5 dtk\nc: whatever it is"
        )


def _bare(form: str) -> str:
    """Without the values, and what stands in brackets behind one without them."""
    return re.sub(r"\{\w+\}", "{}", form).removeprefix("{} (").removesuffix(")")


def test_a_certificate_is_told_with_what_openssl_says_of_it() -> None:
    why = ssl.SSLCertVerificationError(1, "certificate verify failed")
    why.verify_code, why.verify_message = 10, "certificate has expired"
    with spoken_in("id"):
        assert told(f"amqps://broker:5671/: {distrusted(RABBITMQ, why)}") == (
            "amqps://broker:5671/: sertifikat RabbitMQ sudah lewat masa berlakunya: sertifikat"
            " sudah kedaluwarsa: perbarui sertifikat, atau betulkan jam mesin ini"
        )


@pytest.mark.parametrize(
    "alert",
    [
        *("TLSV13_ALERT_CERTIFICATE_REQUIRED", "SSLV3_ALERT_CERTIFICATE_EXPIRED"),
        *("SSLV3_ALERT_CERTIFICATE_REVOKED", "TLSV1_ALERT_UNKNOWN_CA"),
        *("TLSV1_ALERT_PROTOCOL_VERSION", "SSLV3_ALERT_HANDSHAKE_FAILURE"),
    ],
)
@pytest.mark.parametrize("server", [RABBITMQ, POSTGRES], ids=lambda server: server.name)
def test_no_english_is_left_in_what_ends_a_handshake(server: Server, alert: str) -> None:
    with spoken_in("id"):
        words = re.findall(r"[a-z]+", told(rejected(server, alert)).replace(alert, ""))
    assert not {"the", "of", "this", "and", "that"} & set(words)


@pytest.mark.parametrize("code", [3, 9, 10, 20, 23, 62])
def test_no_english_is_left_in_what_is_wrong_with_a_certificate(code: int) -> None:
    why = ssl.SSLCertVerificationError(1, "certificate verify failed")
    why.verify_code, why.verify_message = code, "certificate revoked"
    with spoken_in("id"):
        words = re.findall(r"[a-z]+", told(distrusted(POSTGRES, why)))
    assert not {"the", "of", "this", "and", "that"} & set(words)


def test_a_difference_of_the_topology_is_told_part_by_part() -> None:
    for text, said in (
        ("queue agency.dlh", "antrean agency.dlh"),
        ("x-a is not set, should be 5", "x-a bernilai tidak dipasang, seharusnya 5"),
        (
            "the arguments of a queue cannot be changed: let its reader empty it, rabbitmqctl"
            " delete_queue a, pintu topology apply",
            "argumen antrean tidak dapat diubah: biarkan pembacanya mengosongkannya, rabbitmqctl"
            " delete_queue a, pintu topology apply",
        ),
        ("nodes: 401; not seen: the arguments of exchanges",
         "nodes: 401; tidak terlihat: argumen exchange"),
    ):  # fmt: skip
        with spoken_in("id"):
            assert told(text) == said


def test_why_an_update_is_refused_is_told_with_its_field() -> None:
    with spoken_in("id"):
        assert told("note: required, a string") == "note: wajib ada, berupa teks"
        assert told("agency: it does not exist any more; its successor is dlh") == (
            "agency: sudah tidak ada lagi; penerusnya dlh"
        )


def test_a_text_too_long_for_a_sentence_of_ours_stays_and_is_not_searched() -> None:
    text = "a is b, should be " * 1_000
    with spoken_in("id"):
        assert told(text) == text
