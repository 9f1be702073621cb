"""``python -m pintu``: the same as ``pintu``."""

from pintu.cli import main

main()
