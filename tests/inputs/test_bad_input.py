"""What cannot be read gets one clear finding, and the rest of a run goes on."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from apigw_lint import Severity, files, lint
from apigw_lint.files import UnreadableError
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules import RULES, Problem
from apigw_lint.rules.document import MEBIBYTES_3_5, MEGABYTES_3_5
from tests.conftest import FIXTURES
from tests.support import found, header, lines, report_in_root, report_on

SYNTAX = sorted(path for path in (FIXTURES / "syntax").iterdir() if path.suffix != ".out")
GOOD = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}}}\n")


@pytest.mark.parametrize("path", SYNTAX, ids=lambda path: path.name)
def test_syntax(path: Path, golden: Callable[[Path, str], None]) -> None:
    """Each odd or broken text gives just what its golden file says, and no rule crashes."""
    report = report_in_root(path)
    assert not any(one.rule == "crash" for one in report.found)
    golden(path.with_name(path.name + ".out"), lines(report.found))


def test_one_file_does_not_stop_the_others(tmp_path: Path) -> None:
    """Missing, unreadable, empty and broken files are one finding each; the good and the bad one are linted."""
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(GOOD.replace("dummy", "dumy"))
    (tmp_path / "empty.yaml").write_text("")
    (tmp_path / "binary.yaml").write_bytes(b"\x00\xff\xfe\x80")
    (tmp_path / "folder.yaml").mkdir()
    names = ["missing.yaml", "binary.yaml", "empty.yaml", "bad.yaml", "good.yaml"]
    report = report_on(*(tmp_path / name for name in names))
    assert sorted((Path(one.source.path).name, one.rule) for one in report.found) == [
        ("bad.yaml", "bad-value"),
        ("binary.yaml", "unreadable-file"),
        ("empty.yaml", "syntax"),
        ("missing.yaml", "unreadable-file"),
    ]
    assert len(report.checked) == 5


def test_half_characters() -> None:
    """Half of a surrogate pair, as a program may hand it over, is a character like any other."""
    for half in ("\ud83d", "'\ude00'", "'${\ud83d}'"):
        text = GOOD.replace("API", half)
        for name in ("a.yaml", "a.yaml.tpl"):
            assert found(text, name) == []
            assert [one.rule for one in found(text.replace("dummy", "dumy"), name)] == ["bad-value"]


def test_special_files_are_not_waited_for(tmp_path: Path) -> None:
    """A FIFO and a device are refused at once."""
    fifo = tmp_path / "fifo.yaml"
    os.mkfifo(fifo)
    for path in (fifo, "/dev/zero"):
        (finding,) = report_on(path).found
        assert finding.rule == "unreadable-file"
    with pytest.raises(UnreadableError):
        files.read(str(tmp_path / "nul\0.yaml"))


@pytest.mark.parametrize("start", ["", "# Описание API\n", "#" * 5000 + "\n"])
@pytest.mark.parametrize("end", ["", "-le", "-be"])
@pytest.mark.parametrize("encoding", ["utf-16", "utf-32"])
def test_wide_encodings(encoding: str, end: str, start: str, tmp_path: Path) -> None:
    """UTF-16 and UTF-32 are called by their names, with a byte order mark or without."""
    mark = "" if end else "\ufeff"
    (tmp_path / "spec.yaml").write_bytes((mark + start + GOOD).encode(encoding + (end or "-le")))
    (finding,) = report_on(tmp_path / "spec.yaml").found
    absent = " without a byte order mark" if end else ""
    assert finding.message == f"{encoding.upper()} text{absent}: save the file as UTF-8"
    (tmp_path / "spec.yaml").write_bytes((mark + start + GOOD).encode(encoding + (end or "-be")))
    assert [one.message for one in report_on(tmp_path / "spec.yaml").found] == [finding.message]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"\x7fELF\2\1\1" + b"\0" * 9 + b"\2\0>\0\1\0\0\0\xb0", "a binary file"),
        (b"PK\3\4\x14\0\0\0\x08\0\xff", "a binary file"),
        (GOOD.encode() + b"# \0\n", "control character U+0000 is not allowed in YAML"),
    ],
)
def test_null_bytes(data: bytes, message: str, tmp_path: Path) -> None:
    """Null bytes alone make no UTF-16."""
    (tmp_path / "spec.yaml").write_bytes(data)
    assert [one.message for one in report_on(tmp_path / "spec.yaml").found] == [message]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="the superuser may read everything")
def test_file_without_permission(tmp_path: Path) -> None:
    """A file that may not be read says so."""
    path = tmp_path / "spec.yaml"
    path.write_text(GOOD)
    path.chmod(0)
    (finding,) = report_on(path).found
    assert finding.message == os.strerror(errno.EACCES).lower()


@pytest.mark.parametrize(
    ("size", "severity"),
    [
        (MEGABYTES_3_5, None),
        (MEGABYTES_3_5 + 1, Severity.WARNING),
        (MEBIBYTES_3_5, Severity.WARNING),
        (MEBIBYTES_3_5 + 1, Severity.ERROR),
    ],
)
def test_spec_too_large(size: int, severity: Severity | None) -> None:
    """The limit is counted in bytes, and between MB and MiB it is a warning."""
    text = GOOD + "# Ж\n"
    text += "#" * (size - len(text.encode()))
    found = [one for one in lint("spec.yaml", text).found if one.rule == "spec-too-large"]
    assert [one.severity for one in found] == ([severity] if severity else [])


def test_crash_in_a_rule(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that raises is a finding that names it, and the other rules still run."""

    def failing(spec: Spec) -> Iterator[Problem]:
        raise RuntimeError("boom")
        yield

    monkeypatch.setitem(RULES, "unquoted-version", RULES["unquoted-version"]._replace(check=failing))
    found = lint("spec.yaml", GOOD.replace("dummy", "dumy")).found
    assert [one.rule for one in found] == ["crash", "bad-value"]
    assert "'unquoted-version'" in found[0].message
    assert "RuntimeError: boom" in found[0].message


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("gateway.yaml", "warning"),
        ("gateway-example.yaml", "info"),
        ("example.yml", "info"),
        ("spec_template.yml", "info"),
        ("samples/gateway.yaml", "warning"),
        ("templates.yaml", "info"),
        ("contemplate.yaml", "warning"),
    ],
)
def test_placeholders_in_examples(name: str, severity: str) -> None:
    """A file that is to be copied and filled in has placeholders, which is worth an info."""
    text = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: http, url: 'https://<host>/a'}}}}\n")
    assert [(one.rule, one.severity) for one in found(text, name)] == [("leftover-placeholder", severity)]


@pytest.mark.parametrize(("id_", "severity"), [("hello", "info"), ("bba0123456789abcdefg", "warning")])
def test_ids_in_examples(id_: str, severity: str) -> None:
    """In an example a value that is not an id is filled in later; the id of another resource is a mistake anywhere."""
    integration = f"{{type: cloud_functions, function_id: {id_}, service_account_id: aje0123456789abcdefg}}"
    text = header(f"paths: {{/a: {{get: {{x-yc-apigateway-integration: {integration}}}}}}}\n")
    assert [(one.rule, one.severity) for one in found(text, "example.yaml")] == [("odd-identifier", severity)]
