"""Coverage-guided fuzzing of `lint()` with atheris (`pip install atheris`).

`python tests/fuzz/fuzz_lint.py -max_total_time=600` starts from the fixtures. A crashing input is written as
`crash-...`; keep it in `tests/fuzz/kept/`, where `tests/test_fuzz.py` replays it.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import atheris

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

with atheris.instrument_imports(include=["apigw_lint"]):
    from apigw_lint import Config, lint
    from apigw_lint.rules import RULES

EVERYTHING = Config(enabled=frozenset(RULES))


def run(data: bytes) -> None:
    """Lints a text; raises when something crashed or a finding is nowhere."""
    text = data.decode("utf-8", "replace")
    report = lint("spec.yaml", text, EVERYTHING)
    for one in report.found:
        if one.rule == "crash":
            raise AssertionError(one.message)
        if not 0 <= one.span.start <= one.span.end <= len(one.source.text):
            raise AssertionError(f"{one.rule} underlines {one.span} of {len(one.source.text)}")


def seeds() -> str:
    """A folder with the fixtures under short names."""
    folder = Path(tempfile.mkdtemp(prefix="apigw-lint-seeds-"))
    fixtures = sorted(path for path in (ROOT / "fixtures").rglob("*") if path.suffix in (".yaml", ".json"))
    for number, path in enumerate(fixtures):
        if path.stat().st_size < 6000:
            (folder / f"{number}{path.suffix}").write_bytes(path.read_bytes())
    return str(folder)


if __name__ == "__main__":
    atheris.Setup([sys.argv[0], "-max_len=6000", "-timeout=20", *sys.argv[1:], seeds()], run)
    atheris.Fuzz()
