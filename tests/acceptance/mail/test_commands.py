"""`pintu mail`: a trial mail, what waits, what is sent again, links that are taken back."""

import json
from pathlib import Path

from tests.acceptance.gateway.http import Door
from tests.acceptance.mail.conftest import DLH
from tests.acceptance.mail.test_answering import letter_about, path_of
from tests.acceptance.program import pintu
from tests.support.eventually import eventually
from tests.support.smtp import Post, free_port


def settings(door: Door, town: Path, post: Post) -> dict[str, str]:
    return {
        "STATE_DIR": str(door.program.state_dir),
        "CONFIG_DIR": str(town),
        "SMTP_URL": f"smtp://127.0.0.1:{post.port}",
        "MAIL_SENDER": "lapor@basel.test",
        "GATEWAY_URL": "https://lapor.basel.test",
    }


def test_a_trial_mail_is_sent_and_said(door: Door, town: Path, post: Post) -> None:
    done = pintu("mail", "test", "coba@basel.test", settings=settings(door, town, post))
    assert done.returncode == 0, done.stderr
    [letter] = post.to("coba@basel.test")
    assert letter.subject == "Surel percobaan"


def test_what_the_server_says_of_a_trial_mail_is_told(door: Door, town: Path, post: Post) -> None:
    given = settings(door, town, post)
    post.refuses = lambda to: "550 no" if to == "tidak@basel.test" else None
    done = pintu("mail", "test", "tidak@basel.test", settings=given)
    assert done.returncode == 1 and b"550" in done.stderr
    away = given | {"SMTP_URL": f"smtp://127.0.0.1:{free_port()}"}
    done = pintu("mail", "test", "coba@basel.test", settings=away)
    assert done.returncode == 1 and b"Traceback" not in done.stderr
    done = pintu("mail", "test", "a@b.test\nBcc: c@d.test", settings=given)
    assert done.returncode == 2


def test_a_refused_mail_is_listed_and_sent_again(door: Door, town: Path, post: Post) -> None:
    given = settings(door, town, post)
    post.refuses = lambda to: "550 5.1.1 unknown" if to == DLH else None
    filed = door.files("Sampah di pasar, alamat ditolak")

    def listed() -> dict[str, object] | None:
        done = pintu("mail", "list", "--json", settings=given)
        rows = [one for one in json.loads(done.stdout) if one["tracking"] == filed["tracking"]]
        return next((one for one in rows if one["state"] == "refused"), None)

    row = eventually(listed, saying="it is refused")
    assert (row["error"], row["address"], row["kind"]) == ("550", DLH, "complaints")
    assert door.program.metric("pintu_mails_total", kind="complaints", outcome="refused") >= 1
    plain = pintu("mail", "list", settings=given).stdout.decode().splitlines()
    assert plain[0].split("\t")[:3] == ["id", "state", "kind"]
    assert any(str(row["id"]) in line for line in plain[1:])

    post.refuses = lambda _: None
    assert pintu("mail", "resend", str(row["id"]), settings=given).returncode == 0
    letter_about(post, filed["tracking"], DLH)
    assert pintu("mail", "resend", "nobody", settings=given).returncode == 1


def test_links_of_a_case_are_taken_back(door: Door, town: Path, post: Post) -> None:
    given = settings(door, town, post)
    filed = door.files("Sampah di taman, tautan dicabut")
    door.until(filed, "routed")
    path = path_of(letter_about(post, filed["tracking"], DLH))
    assert door.call("GET", path).status == 200
    done = pintu("mail", "revoke", filed["tracking"], settings=given)
    assert done.returncode == 0, done.stderr
    assert door.call("GET", path).status == 410
    for wrong, code in (("agency:nobody", 2), ("nonsense", 2), ("7K3M-9QRT-2XWA", 2)):
        assert pintu("mail", "revoke", wrong, settings=given).returncode == code


def test_the_server_away_is_told_and_nothing_is_lost(door: Door, post: Post) -> None:
    post.sender_refused = True
    filed = door.files("Sampah di sungai, server menolak")

    def away() -> bool:
        return any(line["event"] == "mail.server_away" for line in door.program.log())

    eventually(away, saying="the server is away")
    assert door.program.metric("pintu_smtp_up") == 0.0
    assert door.program.get("/readyz")[0] == 200
    post.sender_refused = False
    letter_about(post, filed["tracking"], DLH)
