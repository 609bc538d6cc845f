"""What the benchmark measures is what it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from apigw_lint import lint
from tests.bench import questions
from tests.bench.generate import spec
from tests.bench.inputs import SIZES, Input, inputs, service
from tests.bench.timing import ROOT, Checkout, medians

NOW = Checkout("now", ROOT)


@pytest.fixture
def clean(tmp_path: Path) -> Path:
    path = tmp_path / "spec.yaml"
    path.write_text(service(1500))
    return path


@pytest.mark.parametrize("case", list(inputs()), ids=lambda case: case.title)
def test_inputs(case: Input) -> None:
    """Each input has as many errors as it has mistakes, and no warnings."""
    findings = lint(case.file, case.text).found
    assert [finding.severity for finding in findings if finding.rule != "not-linted"] == ["error"] * case.mistakes


def test_sizes() -> None:
    """The inputs are of about the size that they say, and each is compared with the clean one of its size."""
    cases = {case.title: case for case in inputs()}
    for size, shown in SIZES:
        assert abs(len(cases[f"{shown}, clean"].text) - size) < size / 10
    for case in cases.values():
        assert case.base in ("", f"{case.title.partition(',')[0]}, clean")


def test_medians() -> None:
    """Of each command the median time is told, and a shorter one takes less."""
    figures = medians({name: NOW.python("-c", f"import time; time.sleep({name})") for name in (0, 0.5)}, 3)
    assert figures[0.5].seconds > 0.5 > figures[0].seconds
    assert all(figure.mebibytes > 1 for figure in figures.values())


def test_a_crash_is_no_figure() -> None:
    """A command that ends with a traceback is refused: it would look fast."""
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        medians({"": NOW.python("-c", "1 / 0")}, 1)


def test_scripts(clean: Path) -> None:
    """The scripts that run in processes of their own print a figure for each file and each part."""
    scripts = ROOT / "tests" / "bench"
    printed, _ = NOW.python(scripts / "warm.py", clean, clean).output()
    assert [float(line) > 0 for line in printed.splitlines()] == [True, True]
    printed, _ = NOW.python(scripts / "parts.py", clean).output()
    assert {line.partition("\t")[0] for line in printed.splitlines()} >= {"libraries", "own modules", "rules"}
    assert NOW.python(scripts / "with_processes.py", 0, "check", "--quiet", clean).output() == ("", "")


def test_questions(tmp_path: Path) -> None:
    """Each command that answers a question is measured where it has an answer, and beside the check."""
    clean, wrong = tmp_path / "clean.yaml", tmp_path / "wrong.yaml"
    clean.write_text(spec(20_000, 0), "utf-8")
    wrong.write_text(spec(20_000, 3), "utf-8")
    printed = {name: command.output()[0] for name, command in questions.commands(NOW, clean, wrong).items()}
    assert "  GET     /group1/items1/{id}  " in printed["routes"]
    assert "operation: get /group1/items1/{id} serves the request" in printed["trace"]
    assert "wrong.yaml:" in printed["diff"]
    shown: list[str] = []
    questions.questions([NOW], clean, wrong, 1, shown.append)
    assert [line.split(" | ")[0] for line in shown[3:]] == ["| routes", "| diff", "| trace"]


def test_another_checkout(tmp_path: Path) -> None:
    """The modules of a command are those of its checkout."""
    (tmp_path / "apigw_lint").mkdir()
    (tmp_path / "apigw_lint" / "__init__.py").touch()
    (tmp_path / "apigw_lint" / "__main__.py").write_text("print('before')")
    assert Checkout("before", tmp_path).check(tmp_path).output() == ("before\n", "")
