"""docs/reference/report.md: what each figure of the report means, from the code that counts it."""

from gateway.report.burning import LEAST as LEAST_BURNING
from gateway.report.burning import LEAST_PAST, UNLIKELY
from gateway.report.definitions import DEFINITIONS
from gateway.report.model import LEAST
from gateway.report.sections.breakdowns import MOST
from gateway.report.sections.times import AGES
from gateway.report.tally import FEW, RECOGNISABLE, SAMPLE
from scripts.documents.writing import items, page, paragraph


def report_page() -> str:
    """The whole page."""
    ages = ", ".join(f"{first} to {last}" if last else f"over {first - 1}" for first, last in AGES)
    return page(
        "The report",
        paragraph(
            "The figures of `pintu report` and `/laporan`, by the names that the JSON has for them"
            " (`docs/reference/schemas/report.json`). How to make one:"
            " [the report](../how-to/the-report.md)."
        ),
        paragraph(
            "The unit is a case, by the local day on which its complaint was received. Everything"
            " is as of the moment that the report names: a case counts in the state that it has"
            " then. States: not verified (in triage), not followed up (routed, acknowledged), in"
            " process (responded, resolved), held, done (closed after a final answer), archived"
            " (dismissed, withdrawn); they add up to what came in."
        ),
        "## Figures",
        items(f"`{id}`: {meaning}." for id, meaning in DEFINITIONS.items()),
        "## Rules",
        items(
            (
                f"A percentage stands beside its counts; with a denominator under {LEAST} there is"
                " none, only the counts.",
                "Working days are counted as deadlines are: the days after the local day of the"
                " start, up to and with that of the end. A hold takes off as many as closes of"
                " business passed during it.",
                "Whoever has a case now has it in the table by agency; the desk has what is in"
                " triage.",
                f"Ages of what nobody has followed up, in working days: {ages}.",
                f"Breakdowns show the top {MOST}; the rest is one row.",
                f"In breakdowns by {', '.join(RECOGNISABLE)} a count under {FEW} is not shown by"
                " itself where one of its cases is anonymous or confidential, or was closed so long"
                " ago that its words are gone and nobody can tell. It is in the row of all others;"
                f" where that would tell of one cell alone, or of fewer than {FEW} cases, the"
                " smallest cell that is shown goes into it too. Of the period before no more is"
                " shown than its own report shows.",
                f"It burns where {LEAST_BURNING} cases or more came in and the chance of so many is"
                f" under {UNLIKELY}: each case of the period and of the twelve months before it"
                " falls into the period with the share that its days have of all these days"
                " (binomial tail: the exact test of two Poisson rates). Of the past at least"
                f" {LEAST_PAST} days have to be known.",
                f"The sample has {SAMPLE} codes, the same for everybody who counts.",
            )
        ),
    )
