"""Whatever a file holds, a run is short, small, and says what is wrong."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conftest import FIXTURES
from tests.support import GOOD, run

HEAD = "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\nx-yc-apigateway: {}\n"
DUMMY = "{x-yc-apigateway-integration: {type: dummy, http_code: 200}}"
CHECK = ("check", "--format", "line", "--quiet")
SECONDS, MEBIBYTES = 60, 700


def bounded(
    path: Path, megabytes: int = MEBIBYTES, seconds: int = SECONDS, arguments: Sequence[str] = CHECK
) -> subprocess.CompletedProcess[str]:
    """Runs the command with as much processor time and memory as it may take."""
    command = [sys.executable, "-m", "apigw_lint", *arguments, path.name]

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))

    return subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False, preexec_fn=limit)


def assert_ended_well(done: subprocess.CompletedProcess[str]) -> None:
    """The command ended by itself with the exit code that its findings ask for, and no rule crashed."""
    assert done.returncode == int(": error: " in done.stdout), (done.returncode, done.stderr[-500:])
    assert "[crash]" not in done.stdout


LAUGHS = "x-a: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
)

CASES = {
    "laughs": ("paths: {}\n" + LAUGHS, "aliases expand this document"),
    "brackets": ("paths: {}\nx-a: " + "[" * 100_000, "nested more than 256 levels deep"),
    "closed brackets": ("paths: {}\nx-a: " + "[" * 100_000 + "]" * 100_000 + "\n", "nested more than 256 levels deep"),
    "braces": ("paths: {}\nx-a: " + "{a: " * 100_000, "nested more than 256 levels deep"),
    "indents": (
        "paths: {}\nx-a:\n" + "".join(f"{' ' * n}a:\n" for n in range(1, 3000)),
        "nested more than 256 levels deep",
    ),
    "indents on a line": ("paths: {}\nx-a:\n  " + "- " * 100_000 + "\n", "nested more than 256 levels deep"),
    "long key": ("paths: {}\n" + "k" * 10_000_000 + ": 1\n", "':' is missing after this key"),
    "quoted long key": ('paths: {}\n? "' + "k" * 10_000_000 + '"\n: 1\n', "10,000,089 bytes"),
    "long value": ('paths: {}\nx-a: "' + "{a} <b> ${c} __d " * 500_000 + '"\n', "bytes, but the gateway accepts"),
    "many paths": ("paths:\n" + "".join(f"  /p{n}: {{get: {DUMMY}}}\n" for n in range(100_000)), "7,888,967 bytes"),
    "many greedy paths": (
        "paths:\n" + "".join(f"  /p/{{i{n}+}}: {{get: {DUMMY}}}\n" for n in range(5000)),
        "[ambiguous-path]",
    ),
    "many lost references": (
        "paths:\n"
        + "".join(
            f"  /p{n}: {{get: {{x-yc-apigateway-integration: "
            f"{{$ref: '#/components/x-yc-apigateway-integrations/A{n}'}}}}}}\n"
            for n in range(4000)
        )
        + "components:\n  x-yc-apigateway-integrations:\n"
        + "".join(f"    B{n}: {{type: dummy}}\n" for n in range(4000)),
        "does not exist in this document",
    ),
    "chain of references": (
        "paths: {}\ncomponents:\n  schemas:\n"
        + "".join(f"    A{n}: {{$ref: '#/components/schemas/A{n + 1}'}}\n" for n in range(3000)),
        "does not exist in this document",
    ),
    "many parameters": (
        "paths:\n  /a:\n    get:\n      parameters:\n"
        + "".join(f"      - {{name: p{n}, in: query, schema: {{type: string}}}}\n" for n in range(5000))
        + "      x-yc-apigateway-integration: {type: http, url: 'https://e.com/"
        + "".join(f"{{p{n}}}" for n in range(5000))
        + "'}\n",
        "",
    ),
    "many ignores": (
        "paths:\n"
        + "".join(f"  # apigw-lint: ignore[missing-integration]\n  /p{n}: {{get: {{}}}}\n" for n in range(3000)),
        "",
    ),
    "repeated keys": ("paths:\n" + f"  /a: {{get: {DUMMY}}}\n" * 20_000, "[duplicate-key]"),
    "merged keys": (
        "x-o: &o {" + ", ".join(f"k{n}: 1" for n in range(1000)) + "}\npaths: {}\n"
        + "".join(f"x-m{n}: {{<<: *o}}\n" for n in range(500)),
        "",
    ),
    "backtracking": (
        'paths: {}\nx-a: "'
        + "".join(part * 100_000 for part in ("<a", "${", "{{", "__a", "{a", "   ", "%A"))
        + '"\n',
        "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_bounds(name: str, tmp_path: Path) -> None:
    """Each input is linted in bounded time and memory, without a crash."""
    text, expected = CASES[name]
    path = tmp_path / "spec.yaml"
    path.write_text(HEAD + text)
    done = bounded(path)
    assert_ended_well(done)
    assert expected in done.stdout
    assert bool(expected) == bool(done.stdout)


def test_laughs_stay_small(tmp_path: Path) -> None:
    """A billion laughs take no more than a second of processor time, all in all, and 200 MiB of addresses."""
    path = tmp_path / "spec.yaml"
    path.write_text(HEAD + CASES["laughs"][0])
    assert bounded(path, megabytes=200, seconds=1).returncode == 1


def test_many_gateways(tmp_path: Path) -> None:
    """Thousands of gateways in one `.tf` file take no longer than as many files would."""
    body = f"{HEAD}paths: {{/p: {{get: {DUMMY}}}}}"
    path = tmp_path / "main.tf"
    path.write_text(
        "".join(f'resource "yandex_api_gateway" "g{n}" {{\n  spec = <<-EOT\n{body}\nEOT\n}}\n' for n in range(3000))
    )
    done = bounded(path)
    assert (done.returncode, done.stdout) == (0, "")


def test_symlinks_in_a_circle(tmp_path: Path) -> None:
    """A folder that links to itself is walked once; a link to nothing is no file."""
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "spec.yaml").write_text(GOOD)
    (tmp_path / "a" / "again").symlink_to(tmp_path)
    (tmp_path / "a" / "nothing.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    done = run("check", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "1 file checked: nothing found\n")
    done = run("check", "--format", "line", "loop.yaml", cwd=tmp_path)
    assert "[unreadable-file]" in done.stdout


def test_growing_file(tmp_path: Path) -> None:
    """Of an endless file no more is read than a specification may have."""
    done = run("check", "--format", "line", "/dev/zero", cwd=tmp_path)
    assert "/dev/zero:1:1-1:1: error: not a regular file [unreadable-file]" in done.stdout
    (tmp_path / "large.yaml").write_text(HEAD + "#" * 60_000_000)
    done = run("check", "--format", "line", "large.yaml", cwd=tmp_path)
    assert "larger than 50,000,000 bytes" in done.stdout


def test_names_of_files(tmp_path: Path) -> None:
    """Line breaks and escape sequences in names never reach the terminal as they are."""
    name = "a\n\x1b[31m\u202e.yaml"
    (tmp_path / name).write_text(GOOD.replace("dummy", "dumy"))
    for form in ("text", "line"):
        done = run("check", "--format", form, name, cwd=tmp_path)
        assert "\x1b[31m" not in done.stdout + done.stderr
        assert "a\\n\\x1b[31m" in done.stdout


NO_SOCKETS = """
import socket
def refuse(*args, **kwargs):
    raise AssertionError("a socket was asked for")
socket.socket.connect = socket.socket.bind = socket.create_connection = socket.getaddrinfo = refuse
from apigw_lint.cli import main
main()
"""


def test_no_network(tmp_path: Path) -> None:
    """The whole command runs where no socket may connect, and a reference to a file or an address is not opened."""
    text = (FIXTURES / "rules" / "external-ref" / "bad.yaml").read_text()
    (tmp_path / "spec.yaml").write_text(text.replace("responses.yaml", "../../../../../../etc/passwd"))
    (tmp_path / "bad.yaml").write_text((FIXTURES / "rules" / "unknown-key" / "bad.yaml").read_text())
    command = [sys.executable, "-c", NO_SOCKETS, "check", "--format", "json", "."]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 1, done.stderr
    assert "root:" not in done.stdout


def test_opened_files(tmp_path: Path) -> None:
    """Nothing is opened but the named file, those of the repository that it refers to, and what the package brings."""
    script = """
import os, sys
opened = []
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        opened.append(arguments[0])
sys.addaudithook(hook)
from apigw_lint.cli import main
try:
    main(["check", "spec.yaml"])
except SystemExit:
    pass
here = os.getcwd()
print(*{name for name in opened if os.path.abspath(name).startswith(here) or name.startswith("/etc/")})
"""
    (tmp_path / ".git").mkdir()
    (tmp_path / "other.yaml").write_text(GOOD)
    (tmp_path / "spec.yaml").write_text(HEAD + "paths: {/a: {$ref: '/etc/passwd'}, /b: {$ref: 'other.yaml'}}\n")
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)
    opened = {Path(name).name for name in done.stdout.splitlines()[-1].split()}
    assert opened == {"spec.yaml", "other.yaml"}


@pytest.mark.parametrize(
    "arguments", [["check", "--format", "json", "bad.yaml"], ["fix", "--unsafe", "--diff", "bad.yaml"], ["rules"]]
)
def test_closed_output(arguments: list[str], project: Path) -> None:
    """When nobody reads the output any more, the command ends with 1 and says nothing."""
    theirs, ours = os.pipe()
    os.close(theirs)
    command = [sys.executable, "-m", "apigw_lint", *arguments]
    done = subprocess.run(command, cwd=project, stdout=ours, stderr=subprocess.PIPE, text=True, check=False)
    os.close(ours)
    assert (done.returncode, done.stderr) == (1, "")


def test_read_only_folder(project: Path) -> None:
    """Nothing is written beside the files that are checked."""
    before = sorted(project.rglob("*"))
    run("check", cwd=project)
    assert sorted(project.rglob("*")) == before


def test_any_order_of_files(project: Path) -> None:
    """Any order of the files gives the same bytes."""
    (project / "more.yaml").write_text((FIXTURES / "rules" / "unknown-key" / "bad.yaml").read_text())
    names = ["bad.yaml", "more.yaml", "good.yaml"]
    first = run("check", "--format", "json", *names, cwd=project).stdout
    assert {one["path"] for one in json.loads(first)["diagnostics"]} == {"bad.yaml", "more.yaml"}
    for order in (names[::-1], ["."]):
        assert run("check", "--format", "json", *order, cwd=project).stdout == first


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A good and a bad file."""
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "bad.yaml").write_text(GOOD.replace("dummy", "dumy"))
    return tmp_path
