"""The six packages have generic names: the wheel must hold all of them, and only them."""

import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).parents[3]
TEMPLATES = ("report.html", "report.css", "tables.html", "matrix.html", "curve.svg")


def test_the_wheel_holds_the_six_packages_and_their_data(tmp_path: Path) -> None:
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation"),
            *("--wheel-dir", str(tmp_path), str(ROOT)),
        ],
        check=True,
        capture_output=True,
    )
    [wheel] = tmp_path.glob("pintu-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = archive.read(next(n for n in names if n.endswith("METADATA"))).decode()
    tops = {name.split("/", 1)[0] for name in names if ".dist-info" not in name}
    assert tops == {"broker", "config", "consumers", "gateway", "pintu", "schemas"}
    assert "Private :: Do Not Upload" in metadata
    for data in (
        "config/defaults/bangka-selatan/agencies.toml",
        "config/defaults/bangka-selatan/topics/roads.toml",
        "pintu/demo/complaints.jsonl",
        *(f"pintu/rules/evaluating/templates/{name}" for name in TEMPLATES),
    ):
        assert data in names


def test_each_of_the_six_comes_from_this_project() -> None:
    code = "import broker, config, consumers, gateway, pintu, schemas; "
    code += "print(*(m.__path__[0] for m in "
    code += "(broker, config, consumers, gateway, pintu, schemas)), sep='\\n')"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code], capture_output=True, text=True, check=True, cwd="/"
    )
    assert all(Path(line).parent == ROOT for line in done.stdout.split())
