"""Everything that is given what strangers wrote."""

from tests.fuzz.target import Target
from tests.fuzz.targets import cases, files, frames, handlers, messages, texts


def targets() -> list[Target]:
    """Those that cost little come often."""
    return [
        *messages.TARGETS,
        *texts.TARGETS,
        *cases.TARGETS,
        *handlers.TARGETS,
        *frames.TARGETS,
        *files.TARGETS,
    ]
