"""``python -m scripts.dashboards``: write them anew."""

from scripts.dashboards.files import write

if __name__ == "__main__":
    write()
