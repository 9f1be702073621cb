"""Where mail is handed in: what a URL means, and what is refused without being repeated."""

import pytest

from broker.errors import BadConfiguration
from config.settings import load_settings
from config.smtp import parse_smtp


@pytest.mark.parametrize(
    ("url", "port", "tls", "starttls"),
    [
        ("smtps://mail.kab.go.id", 465, True, False),
        ("smtp://mail.kab.go.id", 587, False, True),
        ("smtp://mail.kab.go.id:25", 25, False, True),
        ("smtp://10.0.0.7", 587, False, True),
        ("smtp://127.0.0.1:2525", 2525, False, False),
        ("smtp://localhost:25", 25, False, False),
        ("smtp://[::1]:25", 25, False, False),
        ("smtps://localhost", 465, True, False),
    ],
)
def test_outside_of_loopback_it_is_always_tls(
    url: str, port: int, tls: bool, starttls: bool
) -> None:
    found = parse_smtp(url)
    assert (found.port, found.tls, found.starttls) == (port, tls, starttls)


@pytest.mark.parametrize(
    "url",
    [
        "http://mail",
        "smtp://",
        "mail.kab.go.id",
        "smtp://mail/x",
        "smtp://mail?starttls=off",
        "smtp://mail?rate=0",
        "smtp://mail?rate=x",
        "smtp://mail?rate=999999999999",
        "smtp://user:se?cret@mail",
        "smtp://user:se#cret@mail",
        "smtp://mail:99999",
    ],
)
def test_what_cannot_be_used_is_refused_and_no_password_is_repeated(url: str) -> None:
    with pytest.raises(BadConfiguration) as refused:
        load_settings({"PINTU_SMTP_URL": url})
    assert "PINTU_SMTP_URL" in str(refused.value)
    assert "cret" not in str(refused.value)


def test_a_password_may_stand_in_a_setting_or_a_file_of_its_own(tmp_path) -> None:
    url = "smtps://lapor%40kab@mail.kab.go.id"
    settings = load_settings({"PINTU_SMTP_URL": url, "PINTU_SMTP_PASSWORD": "p@ss#?"})
    assert settings.smtp is not None
    assert (settings.smtp.user, settings.smtp.password) == ("lapor@kab", "p@ss#?")
    assert "p@ss" not in repr(settings) and "p@ss" not in repr(settings.smtp)
    file = tmp_path / "password"
    file.write_text("from a file\n")
    again = load_settings({"PINTU_SMTP_URL": url, "PINTU_SMTP_PASSWORD_FILE": str(file)})
    assert again.smtp is not None and again.smtp.password == "from a file"


def test_two_passwords_are_one_too_many() -> None:
    settings = load_settings(
        {"PINTU_SMTP_URL": "smtps://a:b@mail.kab.go.id", "PINTU_SMTP_PASSWORD": "c"}
    )
    with pytest.raises(BadConfiguration, match="keep one"):
        _ = settings.smtp


@pytest.mark.parametrize(
    "value", ["no", "a@b", "a@b.test\nBcc: c@d.test", "a b@c.test", "a@b.test, c@d.test"]
)
def test_a_sender_is_one_address(value: str) -> None:
    with pytest.raises(BadConfiguration, match="PINTU_MAIL_SENDER"):
        load_settings({"PINTU_MAIL_SENDER": value})


@pytest.mark.parametrize("value", ["0", "91", "x", "-1", "1.5"])
def test_links_end_after_whole_days(value: str) -> None:
    with pytest.raises(BadConfiguration, match="PINTU_MAIL_LINK_DAYS"):
        load_settings({"PINTU_MAIL_LINK_DAYS": value})
    assert load_settings({"PINTU_MAIL_LINK_DAYS": "30"}).mail_link_days == 30
