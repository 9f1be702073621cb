"""What each figure means: one sentence, on the page, in the documentation and for programs."""

from typing import Final

from config.language import marked

DEFINITIONS: Final[dict[str, str]] = {
    "in": marked("cases by the local day on which the complaint was received"),
    "tl": marked("followed up: (in process + done) / in"),
    "tl_net": marked("followed up: (in process + done) / (in - archived - held)"),
    "done": marked("closed after a final answer / in; dismissed and withdrawn ones are apart"),
    "archived": marked("dismissed by the desk or withdrawn by the reporter / in"),
    "speed": marked(
        "working days from the first disposition to the agency that has the case now to its"
        " first answer or final answer, with the time on hold"
    ),
    "speed_net": marked("the same without the time on hold"),
    "solving": marked(
        "working days from the first disposition to any agency to the last final answer that"
        " stands, without the time on hold"
    ),
    "verifying": marked("working days from entering triage to leaving it, without holds"),
    "in_time": marked(
        "clocks that stopped by their deadline / (clocks that stopped + clocks that run and are"
        " overdue); what is not yet due is left out"
    ),
    "overdue": marked("open cases that the one who has them is late with now"),
    "not_followed_up": marked("with an agency that has given no answer yet"),
    "returned": marked("times that the agency handed a case back"),
    "flow": marked("open before + in - closed = open after"),
    "by_itself": marked("cases that the rules gave to an agency at once / in"),
    "corrected_desk": marked(
        "cases given by the rules that the desk then gave to another agency / by the rules"
    ),
    "corrected_agency": marked(
        "cases given by the rules that the agency handed back first / by the rules"
    ),
    "accuracy": marked(
        "by month of receipt: cases that stayed with the agency that the rules gave them to until"
        " they were answered / these and those that it handed back, that the desk took to another"
        " agency, or that were nobody's here; cases that nobody has answered yet are left out, and"
        " so are those that ended unanswered. An agency that ended or was merged is no error"
    ),
    "judged": marked("cases given by the rules of which it is known by now whether that was right"),
    "first_alternative": marked(
        "cases in which the desk named the first agency that the rules showed it / cases that the"
        " rules left to the desk and that it assigned, the first time"
    ),
    "moves": marked("how often a case left an agency: handed back, or reassigned by the desk"),
    "ping_pong": marked("cases with three moves or more / in"),
    "external": marked("cases that a body outside of the region has now / in"),
    "reopened": marked(
        "cases that a reply of the reporter opened again / cases that ever had a final answer"
    ),
    "rating": marked("mean of the ratings from 1 to 5, and how many there are"),
    "sample": marked(
        "ten finished cases drawn by chance, always the same for a period: those with the smallest"
        " SHA-256 of the period, a space and the code"
    ),
    "rungs": marked("steps of the ladder that were told, of the cases that came in"),
    "burns": marked(
        "more than the twelve months before explain: were nothing changed, so many or more would"
        " come in less than one period of a thousand; never fewer than five"
    ),
}
"""By the id of a figure, of a table or of a column."""
