"""Write every generated page: ``make docs``."""

import os

from config.language import use_in_process
from scripts.documents.pages import FOLDER, PAGES


def main() -> None:
    for name in [name for name in os.environ if name.startswith("PINTU_")]:
        del os.environ[name]  # the pages speak of the program, not of this machine
    use_in_process("en")
    for name, make in PAGES.items():
        (FOLDER / name).parent.mkdir(parents=True, exist_ok=True)
        (FOLDER / name).write_text(make(), "utf-8")


if __name__ == "__main__":
    main()
