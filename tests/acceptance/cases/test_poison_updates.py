"""Updates that hold what a property, a frame or a database cannot take, amid honest ones."""

from pathlib import Path

import pytest

from tests.acceptance.cases.case_town import Town
from tests.acceptance.outside import Outside
from tests.acceptance.program import Program
from tests.acceptance.test_poison import NO_TEXT, TYPE, raw, send_raw, short
from tests.support.eventually import eventually

MESSAGE_ID = 1 << 7
VALUES = [
    '"\\ud800 lone"',
    '"nul \\u0000 inside"',
    str(10**30),
    "1e400",
    '{"deep": [[[[["\\udfff"]]]]]}',
    '"\\u202e\\u001b[2J"',
]


@pytest.mark.parametrize("store", ["sqlite", "postgres"])
async def test_whatever_an_update_holds_its_neighbours_are_taken(
    amqp_url: str, tmp_path: Path, store: str, request: pytest.FixtureRequest
) -> None:
    settings = {}
    if store == "postgres":
        settings["DATABASE_URL"] = request.getfixturevalue("postgres_url")
    program = Program("all", amqp_url, tmp_path, **settings)
    try:
        town = Town(Outside(amqp_url), {"all": program})
        complaint = town.submits("sampah menumpuk")
        town.hears(complaint, "opened.dlh.web", "channel.web")
        honest = 0
        for n, value in enumerate(VALUES):
            body = (
                f'{{"specversion":"1.0","id":"p{n}","source":{value},"subject":"{complaint}",'
                f'"type":"complaint.responded.v1","data":{{"note":{value},"reason":{value}}}}}'
            ).encode()
            town.outside.publish("agency.dlh.responded", body, exchange="complaints.updates")
            for properties in ((0, b""), (TYPE | MESSAGE_ID, short(NO_TEXT) * 2)):
                for key in (b"agency.dlh.responded", b"desk." + NO_TEXT + b".replied", NO_TEXT):
                    payload = raw(key, *properties, exchange=b"complaints.updates", body=body)
                    await send_raw(amqp_url, payload)
            town.says(complaint, "agency.dlh.responded", id=f"honest-{n}", note=f"honest {n}")
            honest += 1

        def all_honest_ones_were_heard() -> bool:
            said = [m.body for m in town.about(complaint, "channel.web")]
            return all(any(f'"honest {n}"'.encode() in b for b in said) for n in range(honest))

        eventually(all_honest_ones_were_heard)
        assert program.process.poll() is None
        assert program.get("/readyz")[0] == 200
        eventually(lambda: town.outside.depth("cases") == 0)
        town.outside.close()
        program.stop()
    finally:
        program.kill()
