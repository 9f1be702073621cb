"""The environment: variables that mean nothing or cannot be used, files with passwords."""

from collections.abc import Iterator

from broker.errors import BadConfiguration
from config.language import gettext, worded
from consumers.runtime.clock_watch import refuse_speed
from pintu.doctor.catalog import check
from pintu.doctor.facts import Facts
from pintu.doctor.finding import Fine, Outcome, broken, risk

_SUBJECT = "environment"
_OTHERS = 0o077
"""Rights of everybody but the owner."""


@check("variable-unknown", _SUBJECT, "a variable under `PINTU_` that means nothing: misspelt")
def unknown(facts: Facts) -> Iterator[Outcome]:
    for variable in facts.environment.wrong:
        if variable.unknown:
            mends = worded(
                "unset {name}, or write it as it is called (docs: settings)", name=variable.name
            )
            yield broken(variable.name, variable.says, mends)


@check(
    "variable-unusable",
    _SUBJECT,
    "a variable whose value cannot be used: a URL that is none, a folder or a file that is not"
    " there, a number out of bounds",
)
def unusable(facts: Facts) -> Iterator[Outcome]:
    for variable in facts.environment.wrong:
        if not variable.unknown:
            mends = worded(
                "set {name} right; every command refuses to start until then", name=variable.name
            )
            yield broken(variable.name, variable.says, mends)


@check("password-file", _SUBJECT, "a file with a password that others of this machine may read")
def password_files(facts: Facts) -> Iterator[Outcome]:
    for file in facts.environment.files:
        if file.mode & _OTHERS:
            says = worded(
                "has the rights {mode:04o}: others of this machine may read the password",
                mode=file.mode,
            )
            yield risk(f"{file.variable}: {file.path}", says, f"chmod 600 '{file.path}'")


@check(
    "clock-speed",
    _SUBJECT,
    "`PINTU_CLOCK_SPEED` on a store with real cases, or real time on a demonstration's store",
)
def speed(facts: Facts) -> Iterator[Outcome]:
    given = facts.environment.speed
    try:
        refuse_speed(facts.clocks(), given)
    except BadConfiguration as why:
        mends = (
            gettext("unset PINTU_CLOCK_SPEED")
            if given != 1
            else gettext("set PINTU_STATE_DIR to another folder")
        )
        yield broken("PINTU_CLOCK_SPEED", str(why), mends)
        return
    if given != 1:
        yield Fine(worded("a demonstration, {given:g} times as fast as real time", given=given))
