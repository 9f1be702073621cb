"""Settings of attachments: what can be used is, what cannot is told with what to write."""

import pytest

from broker.errors import BadConfiguration
from config.attachments import clamd_address
from config.settings import attachments_place, load_settings


def test_attachments_lie_in_the_state_folder_unless_a_place_is_set() -> None:
    assert attachments_place(load_settings({"PINTU_STATE_DIR": "/s"})) == "/s/attachments"
    for place in ("/srv/a", "s3://bucket/pintu", "memory://x"):
        settings = load_settings({"PINTU_ATTACHMENTS": place})
        assert attachments_place(settings) == place
        assert place not in repr(settings)


def test_a_scanner_is_an_address_or_a_socket() -> None:
    assert clamd_address("127.0.0.1:3310") == ("127.0.0.1", 3310)
    assert clamd_address("[::1]:3310") == ("::1", 3310)
    assert clamd_address("/run/clamav/clamd.ctl") == "/run/clamav/clamd.ctl"


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("CLAMD", "localhost", "127.0.0.1:3310"),
        ("CLAMD", "localhost:0", "127.0.0.1:3310"),
        ("CLAMD", ":3310", "127.0.0.1:3310"),
        ("ATTACHMENTS", "://bucket", "s3://bucket/pintu"),
        ("ATTACHMENTS", "s3://", "s3://bucket/pintu"),
        ("ATTACHMENT_COUNT", "21", "20"),
        ("ATTACHMENT_BYTES", "many", "PINTU_ATTACHMENT_BYTES"),
    ],
)
def test_what_cannot_be_used_is_told_with_what_to_write(name: str, value: str, says: str) -> None:
    with pytest.raises(BadConfiguration, match=f"PINTU_{name}") as refused:
        load_settings({f"PINTU_{name}": value})
    assert says in str(refused.value)
