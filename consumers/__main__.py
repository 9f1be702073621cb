"""``python -m consumers``: the same as ``pintu``."""

from consumers.cli import main

main()
