"""What the doctor holds a user to is what `pintu access export` gives it."""

import re

import pytest

from broker.messaging import names
from broker.messaging.access import accesses, exactly
from broker.messaging.permissions import NOTHING, Access
from pintu.doctor.checks.needs import OF_ALL, OF_PART, Needs

EVERYBODY = {
    access.user: access for access in (*accesses([], []), *accesses([], [], in_one_process=True))
}


@pytest.mark.parametrize(
    ("user", "needs"), [*OF_PART.items(), ("all", OF_ALL)], ids=[*OF_PART, "all"]
)
def test_a_user_that_was_made_for_a_part_lacks_nothing_and_has_nothing_too_much(
    user: str, needs: Needs
) -> None:
    given: Access = EVERYBODY[user]
    assert given.write == exactly(*needs.write)
    if user not in ("webhooks", "all"):  # which queues have endpoints is not known here
        assert given.read == (exactly(*needs.read) if needs.read else NOTHING)
    assert all(re.search(given.read, name) for name in needs.read)
    for exchange, wanted in ((names.EVENTS, needs.verbs), (names.UPDATES, needs.speaks)):
        [pattern] = [one.pattern for one in given.keys if one.exchange == exchange] or [".*"]
        keys = [f"{verb}.dinas.web" for verb in wanted] if exchange == names.EVENTS else wanted
        assert all(re.search(pattern, key) for key in keys), (exchange, pattern)
