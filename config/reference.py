"""The configuration reference as Markdown: ``python -m config.reference``."""

import textwrap
from typing import Final

from config.variables import FILE, PREFIX, SETTINGS

_WIDTH: Final = 118


def reference() -> str:
    """docs/reference/settings.md, generated from the settings themselves."""
    lines = [
        "# Settings",
        "",
        "From the environment, read once at the start. Generated: `make docs`.",
        "Anything else under the prefix `PINTU_` is an error; an empty value counts as unset.",
        f"A variable that may hold a password is read from a file where `…{FILE}` names one:",
        *textwrap.wrap(
            ", ".join(f"`{PREFIX}{s.name}{FILE}`" for s in SETTINGS if s.secret) + ".", _WIDTH
        ),
        "The URLs' parameters for certificates: [Use TLS](../how-to/use-tls.md).",
        "",
        "| variable | meaning | when unset |",
        "| --- | --- | --- |",
        *(f"| `{PREFIX}{s.name}` | {s.meaning} | {s.unset} |" for s in SETTINGS),
        "",
        "Traces are switched on by OpenTelemetry's own variables (`OTEL_…`): [trace a"
        " complaint](../how-to/trace-a-complaint.md).",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(reference(), end="")
