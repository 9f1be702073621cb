"""What was done to people, as people say it."""

from typing import Final

from config.language import gettext, marked

_WHAT: Final = {
    "signed-in": marked("signed in"),
    "signed-out": marked("signed out"),
    "wrong-password": marked("wrong password"),
    "wrong-code": marked("wrong code"),
    "wrong-account": marked("account elsewhere that is nobody's"),
    "locked": marked("has to wait after wrong tries"),
    "recovery-code-used": marked("used a recovery code"),
    "recovery-codes": marked("new recovery codes"),
    "added": marked("added"),
    "removed": marked("removed"),
    "roles": marked("roles changed"),
    "shown-name": marked("name changed"),
    "email": marked("e-mail changed"),
    "oidc-linked": marked("account elsewhere linked"),
    "oidc-unlinked": marked("account elsewhere unlinked"),
    "disabled": marked("disabled"),
    "enabled": marked("enabled"),
    "unlocked": marked("wait lifted"),
    "password-reset": marked("password reset"),
    "password-changed": marked("password changed"),
    "second-factor-on": marked("second factor switched on"),
    "second-factor-off": marked("second factor taken away"),
    "sessions-ended": marked("sessions ended"),
}


def told_what(what: str) -> str:
    """The sentence of a line's ``what``; a code that a later version wrote as it is."""
    return gettext(_WHAT[what]) if what in _WHAT else what
