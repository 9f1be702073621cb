"""How a command ends: each kind of error has the code of sysexits.h that scripts act on."""

import os
import re
from pathlib import Path

import pytest

from broker.errors import (
    BadConfiguration,
    BrokerUnavailable,
    LoginRefused,
    NotInstalled,
    NotPermitted,
    PintuError,
    StoreLoginRefused,
    StoreTrustRefused,
    StoreUnavailable,
    TrustRefused,
    Unroutable,
)
from pintu.cli import exit_codes
from pintu.cli.main import exit_code, main

PRODUCT = ("pintu", "gateway", "consumers", "config", "broker", "schemas")
OWN_NUMBER = re.compile(
    r"""_?EX_\w+ (,\s*_?EX_\w+)* \s* (:\s*Final\s*)? =[^=]  # one of sysexits.h written down again
      | (exit|Exit) \( \s*\d+\s* \)                        # or given as it is""",
    re.VERBOSE,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (NotInstalled, os.EX_UNAVAILABLE),
        (Unroutable, os.EX_SOFTWARE),
        (BrokerUnavailable, os.EX_TEMPFAIL),
        (StoreUnavailable, os.EX_TEMPFAIL),
        (NotPermitted, os.EX_NOPERM),
        (LoginRefused, os.EX_NOPERM),
        (TrustRefused, os.EX_CONFIG),
        (StoreLoginRefused, os.EX_NOPERM),
        (StoreTrustRefused, os.EX_CONFIG),
        (BadConfiguration, os.EX_CONFIG),
    ],
)
def test_every_kind_of_error_has_the_code_of_sysexits(error: type[PintuError], code: int) -> None:
    assert exit_code(error("why")) == code


def test_the_numbers_that_operators_know_stay() -> None:
    codes = [os.EX_UNAVAILABLE, os.EX_SOFTWARE, os.EX_TEMPFAIL, os.EX_NOPERM, os.EX_CONFIG]
    assert codes == [69, 70, 75, 77, 78]
    assert all(str(code) in str(main.__doc__) for code in codes)
    assert (exit_codes.NOT_ALL, exit_codes.BAD_USE, exit_codes.SIGNALLED) == (1, 2, 128)


def test_no_module_has_numbers_of_its_own() -> None:
    root = Path(__file__).parents[4]
    files = (file for part in PRODUCT for file in (root / part).rglob("*.py"))
    found = {
        f"{file.relative_to(root)}: {match.group()}"
        for file in files
        for match in OWN_NUMBER.finditer(file.read_text())
    }
    assert found == {"broker/node/supervisor.py: exit(1)"}  # of a child that nobody waits for
