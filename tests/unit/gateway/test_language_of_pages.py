"""In which language a page is written that nobody is signed in to."""

import pytest
from starlette.requests import Request

from config.language import Language, use_in_process
from gateway.api.problems import language_of
from gateway.web.pages import language


def _request(accept: str | None, query: str = "") -> Request:
    headers = [] if accept is None else [(b"accept-language", accept.encode())]
    return Request({"type": "http", "headers": headers, "query_string": query.encode()})


@pytest.mark.parametrize("process", ["id", "en"])
@pytest.mark.parametrize("accept", [None, "", "*", "de", "fr-FR, de;q=0.8", "en;q=0", "en;q=x"])
def test_where_nobody_chooses_it_is_the_language_of_the_process(
    process: Language, accept: str | None
) -> None:
    use_in_process(process)
    try:
        assert language(_request(accept)) == process
    finally:
        use_in_process("en")


@pytest.mark.parametrize(
    ("accept", "query", "spoken"),
    [
        ("id", "", "id"),
        ("de, id;q=0.3", "", "id"),
        ("in-ID", "", "id"),
        ("en-GB, id;q=0.5", "", "en"),
        ("en, id", "", "id"),
        ("en", "bahasa=id", "id"),
        ("id", "bahasa=en", "en"),
        ("id", "bahasa=de", "id"),
    ],
)
@pytest.mark.parametrize("process", ["id", "en"])
def test_the_choice_on_the_page_goes_first_then_what_the_browser_wants(
    accept: str, query: str, spoken: Language, process: Language
) -> None:
    use_in_process(process)
    try:
        assert language(_request(accept, query)) == spoken
    finally:
        use_in_process("en")


def test_what_programs_are_told_does_not_depend_on_the_process() -> None:
    assert language_of(_request(None)) == "id"
    assert language_of(_request("en")) == "en"
