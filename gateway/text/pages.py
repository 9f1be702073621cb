"""Pages of HTML from templates: whatever a value holds, it is text there and no markup."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from config.language import gettext, ngettext, worded


def templates(package: str) -> Environment:
    """The templates in the folder ``templates`` of a package.

    A name that a template uses and nobody gives is an error; ``{{ 1234 | number }}`` is 1.234 in
    Indonesian.
    ``{{ _("…") }}`` and ``{% trans %}`` are in the language in use.
    """
    environment = Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        extensions=["jinja2.ext.i18n"],
    )
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # of the extension
    environment.filters["number"] = _number
    return environment


def _number(value: float) -> str:
    return worded("{n:,}", n=value)
