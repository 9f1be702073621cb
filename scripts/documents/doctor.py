"""docs/reference/doctor.md: every check of `pintu doctor`, from the checks themselves."""

from itertools import groupby

from pintu.doctor import CHECKS
from scripts.documents.writing import items, page, paragraph


def doctor_page() -> str:
    """The page: the checks by subject, in the order in which they are told."""
    intro = (
        "What `pintu doctor` finds, by the name that `--json` has for it. A finding is `broken`"
        " (complaints are not routed, deadlines are not kept, or something may be lost) or a `risk`"
        " (all works, and will not for long, or not safely); either makes the exit code 1. What"
        " cannot be seen is told with the reason and changes nothing about the exit code. [How to"
        " use it](../how-to/operate.md#is-all-well)."
    )
    record = (
        "`--json` gives one object: `ok`; `findings`, each with `check`, `subject`, `severity`,"
        " `where`, `what` and `mends`; `not_seen`, each with `why` and `checks`; `fine`, each with"
        " `check` and `says`."
    )
    parts = [paragraph(intro), paragraph(record)]
    for subject, checks in groupby(CHECKS.values(), key=lambda one: one.subject):
        told = items(f"`{one.code}`: {one.finds}." for one in checks)
        parts.append(f"## {subject.capitalize()}\n\n{told}")
    return page("Checks of the doctor", *parts)
