"""What people may do: by role, looked at on the server before anything is shown or done."""

from typing import Final, Literal

from broker.messaging.names import is_code
from broker.ports import Person

Permission = Literal[
    "desk.read", "desk.act", "report.read", "report.write", "rules.read", "people.manage"
]

DESK: Final = "desk"
LEAD: Final = "lead"
AUDITOR: Final = "auditor"
ADMIN: Final = "admin"
AGENCY: Final = "agency:"
"""Before the code of an agency whose inbox the person works in."""
_MAY: Final[dict[str, frozenset[Permission]]] = {
    DESK: frozenset({"desk.read", "desk.act", "report.read", "report.write", "rules.read"}),
    LEAD: frozenset({"report.read", "report.write"}),
    AUDITOR: frozenset({"desk.read", "report.read", "rules.read"}),
    ADMIN: frozenset(
        {
            "desk.read",
            "desk.act",
            "report.read",
            "report.write",
            "rules.read",
            "people.manage",
        }
    ),
}
ROLES: Final = (*_MAY, "agency:CODE")


def is_role(text: str) -> bool:
    """Whether that is a role; whether there is such an agency is not looked at."""
    code = text.removeprefix(AGENCY)
    return text in _MAY or (code != text and is_code(code))


def may(person: Person, permission: Permission) -> bool:
    """Whether one of the person's roles allows it."""
    return any(permission in _MAY.get(role, ()) for role in person.roles)


def agencies_of(person: Person) -> tuple[str, ...]:
    """The codes of the agencies in whose inbox the person works."""
    own = (role.removeprefix(AGENCY) for role in person.roles if role.startswith(AGENCY))
    return tuple(sorted(own))
