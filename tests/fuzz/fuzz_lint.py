"""Coverage-guided fuzzing of `lint()` and `fix_text()` with atheris (`pip install atheris`).

`python tests/fuzz/fuzz_lint.py -max_total_time=600` starts from the fixtures. A crashing input is written as
`crash-...`; keep it in `tests/fuzz/kept/`, where `tests/project/test_fuzz.py` replays it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["apigw_lint"]):
    from tests.fuzz.harness import run

SUFFIXES = (".yaml", ".json", ".tf", ".tftpl", ".j2", ".tpl", ".md", ".sh")


def seeds() -> str:
    """A folder with the fixtures under short names."""
    folder = Path(tempfile.mkdtemp(prefix="apigw-lint-seeds-"))
    fixtures = sorted(path for path in (ROOT / "fixtures").rglob("*") if path.suffix in SUFFIXES)
    for number, path in enumerate(fixtures):
        if path.stat().st_size < 6000:
            (folder / f"{number}{path.suffix}").write_bytes(path.read_bytes())
    return str(folder)


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], "-max_len=6000", "-timeout=20", *sys.argv[1:], seeds()], run)
    atheris.Fuzz()
