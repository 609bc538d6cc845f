"""What has one cause is one finding: at the first place, with the places of the others."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support import header, run

OPERATION = (
    "get: {{x-yc-apigateway-integration: {{type: cloud_functions, function_id: {id}, {key}: aje0123456789abcdefg}}}}"
)
ID = "d4e0123456789abcdefg"


def spec(*keys: str) -> str:
    """A path for each key, which stands where `service_account_id` belongs."""
    paths = (f"  /a{number}:\n    {OPERATION.format(id=ID, key=key)}\n" for number, key in enumerate(keys))
    return header("paths:\n" + "".join(paths))


def diagnostics(folder: Path, *options: str) -> list[dict[str, object]]:
    """What `check` reports on `spec.yaml` in a folder."""
    done = run("check", "--format", "json", "spec.yaml", *options, cwd=folder)
    return json.loads(done.stdout)["diagnostics"]  # type: ignore[no-any-return]


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        (tmp_path / "spec.yaml").write_text(text, "utf-8")
        return tmp_path

    return write


def test_one_cause(write: Callable[[str], Path]) -> None:
    """A key that is misspelt in each operation is one finding, which names each place."""
    folder = write(spec(*["service_acount_id"] * 4))
    (diagnostic,) = diagnostics(folder)
    assert str(diagnostic["message"]).endswith("did you mean 'service_account_id'? (and 3 more)")
    assert [place["line"] for place in diagnostic["related"]] == [7, 9, 11]  # type: ignore[attr-defined]
    done = run("check", "spec.yaml", cwd=folder)
    assert "also on lines 7, 9, 11" in done.stdout
    assert "1 file checked: 1 error" in done.stderr


def test_causes_are_kept_apart(write: Callable[[str], Path]) -> None:
    """Two keys that are misspelt differently are two findings."""
    assert len(diagnostics(write(spec("service_acount_id", "service_accont_id", "service_acount_id")))) == 2


def test_fix_repairs_all(write: Callable[[str], Path]) -> None:
    """The fix of such a finding has the edits of all its places, and the command makes them."""
    folder = write(spec(*["service_acount_id"] * 3))
    fix = diagnostics(folder)[0]["fix"]
    assert fix["title"] == "rename it to 'service_account_id' (3 places)"  # type: ignore[index]
    assert [edit["line"] for edit in fix["edits"]] == [5, 7, 9]  # type: ignore[index]
    run("fix", "--unsafe", "spec.yaml", cwd=folder)
    assert (folder / "spec.yaml").read_text("utf-8") == spec(*["service_account_id"] * 3)


def test_ignore_hides_its_own_place(write: Callable[[str], Path]) -> None:
    """An ignore comment hides one place: the others are still found."""
    first, second, *rest = spec(*["service_acount_id"] * 3).split("  /a1:")
    folder = write(first.rstrip("\n") + "  # apigw-lint: ignore[unknown-key]\n  /a1:" + second)
    (diagnostic,) = diagnostics(folder)
    assert not rest
    assert (diagnostic["line"], [place["line"] for place in diagnostic["related"]]) == (7, [9])  # type: ignore[attr-defined]


def test_baseline_knows_each_place(write: Callable[[str], Path]) -> None:
    """One more place of a known mistake is reported alone; one less leaves nothing new."""
    folder = write(spec(*["service_acount_id"] * 3))
    run("check", "--write-baseline", "baseline", "spec.yaml", cwd=folder)
    write(spec(*["service_acount_id"] * 4))
    (diagnostic,) = diagnostics(folder, "--baseline", "baseline")
    assert (diagnostic["line"], diagnostic["related"]) == (11, [])
    write(spec("service_account_id", "service_acount_id", "service_acount_id"))
    assert diagnostics(folder, "--baseline", "baseline") == []


def test_fingerprint_stays(write: Callable[[str], Path]) -> None:
    """One more place does not make the finding a new one for the services that compare fingerprints."""
    fingerprints = []
    for number in (2, 3):
        done = run("check", "--format", "gitlab", "spec.yaml", cwd=write(spec(*["service_acount_id"] * number)))
        fingerprints.append([issue["fingerprint"] for issue in json.loads(done.stdout)])
    assert fingerprints[0] == fingerprints[1]
    assert len(fingerprints[0]) == 1


def test_value_of_a_variable(write: Callable[[str], Path]) -> None:
    """A variable's bad default is one finding, at the default, however often the variable is used."""
    operation = OPERATION.format(id="'${var.function}'", key="service_account_id")
    paths = "".join(f"  /a{number}:\n    {operation}\n" for number in range(3))
    variables = "x-yc-apigateway:\n  variables:\n    function: {default: bba0123456789abcdefg}\n"
    (diagnostic,) = diagnostics(write(header(f"{variables}paths:\n{paths}")))
    assert (diagnostic["rule"], diagnostic["line"], diagnostic["column"]) == ("odd-identifier", 5, 25)
    assert diagnostic["pointer"] == "/x-yc-apigateway/variables/function/default"
    assert [place["message"] for place in diagnostic["related"]] == ["used here"] * 3  # type: ignore[attr-defined]
