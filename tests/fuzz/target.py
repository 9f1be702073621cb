"""What a target of the fuzzing is."""

from collections.abc import Callable
from dataclasses import dataclass

from tests.fuzz.mutating import Maker

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Target:
    """Something that is given inputs.

    ``make`` gives an input; ``run`` raises nothing for any, its documented errors caught. What it
    promises beyond that it asserts. ``seconds`` of processor time and ``mebibytes`` are what one
    input may cost. ``weight``: how often its turn comes, compared with others.
    """

    name: str
    make: Callable[[Maker], bytes]
    run: Callable[[bytes], object]
    seconds: float = 0.050
    mebibytes: float = 64.0
    weight: float = 1.0
