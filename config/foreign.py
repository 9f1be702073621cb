"""Sentences that libraries and the system make themselves, in the language in use.

They come in English, whatever the language. They are recognised by their form; a form that is not
known is said as it is.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from config.language import gettext, language, marked

FORMS: Final = (
    # pydantic
    marked("Value error, {why}"),
    marked("Input should be a valid integer, unable to parse string as an integer"),
    marked("Input should be a valid number, unable to parse string as a number"),
    marked("Input should be a valid boolean, unable to interpret input"),
    marked("Input should be a valid integer"),
    marked("Input should be a valid number"),
    marked("Input should be a valid boolean"),
    marked("Input should be a valid string"),
    marked("Input should be a valid list"),
    marked("Input should be a valid dictionary"),
    marked("Input should be a valid date"),
    marked("Input should be a finite number"),
    marked("Input should be greater than or equal to {least}"),
    marked("Input should be greater than {least}"),
    marked("Input should be less than or equal to {most}"),
    marked("Input should be less than {most}"),
    marked("Input should be {choices}"),
    marked("String should have at least {n} character"),
    marked("String should have at least {n} characters"),
    marked("String should have at most {n} characters"),
    marked("String should match pattern {pattern}"),
    # The operating system
    marked("No such file or directory"),
    marked("Permission denied"),
    marked("Is a directory"),
    marked("Not a directory"),
    marked("File exists"),
    marked("Directory not empty"),
    marked("No space left on device"),
    marked("Read-only file system"),
    marked("File name too long"),
    marked("Too many open files"),
    marked("Connection refused"),
    marked("Network is unreachable"),
    marked("Name or service not known"),
    marked("Address already in use"),
    # OpenSSL
    marked("certificate has expired"),
    marked("certificate is not yet valid"),
    marked("certificate revoked"),
    marked("self-signed certificate"),
    marked("self-signed certificate in certificate chain"),
    marked("unable to get local issuer certificate"),
    marked("unable to get issuer certificate"),
    marked("unable to verify the first certificate"),
    marked("unable to get certificate CRL"),
    marked("CRL has expired"),
    marked("Hostname mismatch, certificate is not valid for {name}"),
    marked("IP address mismatch, certificate is not valid for {name}"),
)


NESTED: Final = frozenset(("why", "what", "whose", "own", "remedy"))
"""Places of a form in which another sentence stands."""


def told(sentence: object, forms: Sequence[str] = FORMS) -> str:
    """A sentence of a library's in the language in use; what it quotes stays."""
    text = str(sentence)
    if language() == "en":
        return text
    for form in forms:
        found = _form(form).fullmatch(text)
        if found:
            parts = found.groupdict()
            for name in NESTED & parts.keys():
                parts[name] = told(parts[name], forms)
            return gettext(form).format(**parts)
    return gettext(text)


@cache
def _form(form: str) -> re.Pattern[str]:
    pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>.+?)", re.escape(form))
    if form.startswith("{"):  # what stands before a colon is a place, and told apart
        pattern = pattern.replace(".+?", "(?:(?!: ).)+?", 1)
    return re.compile(pattern, re.DOTALL)
