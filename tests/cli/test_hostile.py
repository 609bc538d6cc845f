"""A repository that was made to harm the linter is linted in bounded time and memory, and nothing in it is missed."""

from __future__ import annotations

import os
import resource
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import BAD, GOOD, OTHER

SECONDS, MEBIBYTES = 60, 300
FILES, FINDINGS = 100_000, 100
PATTERNS = ["*.log", "!kept.log", "build/", "/only/here", "*a*a*a*a*a*a*ab"]
"""The last one takes a matcher that backtracks for ever, for names of seventy letters `a`."""
SECRET = "password: swordfish\n"


@pytest.fixture
def hostile(tmp_path: Path) -> Iterator[Path]:
    """A folder with a hundred thousand files, in a repository with pipes, devices, and links of every kind."""
    top = tmp_path / "repository"
    many, links, deep = (top / name for name in ("many", "links", "deep"))
    for folder in (top / ".git", many, links, deep):
        folder.mkdir(parents=True)
    (tmp_path / "secret.yaml").write_text(SECRET + BAD)
    for number in range(FILES):
        text = BAD if number % (FILES // FINDINGS) == 0 else OTHER
        (many / f"{'a' * 70}{number}.yaml").write_text(text)
    (top / ".gitignore").write_text("".join(f"{pattern}\n" for pattern in PATTERNS))
    os.mkfifo(many / ".gitignore")
    os.mkfifo(many / "pipe.yaml")
    (links / ".gitignore").symlink_to("/dev/zero")
    (links / "device.yaml").symlink_to("/dev/zero")
    (links / "folder.yaml").symlink_to("..")
    (links / "loop.yaml").symlink_to("loop.yaml")
    (links / "round").symlink_to("..")
    for number in range(1000):
        (links / f"in{number}.yaml").symlink_to(f"../many/{'a' * 70}0.yaml")
        (links / f"out{number}.yaml").symlink_to("../../secret.yaml")
    here = deep
    for _ in range(200):
        here /= "d"
    here.mkdir(parents=True)
    for folder in [here, *here.parents][:200]:
        (folder / "spec.yaml").write_text(GOOD)
        (folder / ".gitignore").write_text("*.log\n")
    named = ["../secret.yaml", "/etc/passwd", "/dev/zero", "many/pipe.yaml", "links/device.yaml"]
    gateways = [f'resource "yandex_api_gateway" "g" {{\n  spec = file("{name}")\n}}\n' for name in named]
    (top / "main.tf").write_text("".join(gateways))
    yield top
    shutil.rmtree(top)


@pytest.mark.once
def test_hostile_repository(hostile: Path) -> None:
    """Each finding is there once, what is not checked is named, and nothing of a file outside is shown."""
    done, peak = run_bounded("check", "--format", "line", cwd=hostile)
    lines = [line.split(": ", 1) for line in done.stdout.splitlines()]
    rules = Counter(message.rpartition(" ")[2] for _, message in lines)
    assert rules == {"[bad-value]": FINDINGS, "[not-linted]": 4, "[unreadable-file]": 1}
    assert len({place for place, _ in lines}) == len(lines)
    said = done.stderr.splitlines()
    assert said == [
        "skipped links/out0.yaml, links/out1.yaml, links/out10.yaml and 997 more: a link to outside the repository",
        "skipped links/.gitignore: a link, which git does not follow",
        "skipped many/.gitignore: not a regular file",
        f"{FINDINGS + 200 + 2} files checked, 1002 skipped: {FINDINGS + 1} errors, 4 info",
        f"'apigw-lint fix --unsafe' repairs {FINDINGS}; 'apigw-lint explain RULE' tells more",
    ]
    assert done.returncode == 1
    assert "swordfish" not in done.stdout + done.stderr
    assert peak < MEBIBYTES

    (hostile / ".apigw-lint.yaml").symlink_to("../secret.yaml")
    done, _ = run_bounded("check", cwd=hostile)
    assert done.returncode == 2
    assert "error: a link to outside the repository [unreadable-file]" in done.stderr
    assert "swordfish" not in done.stdout + done.stderr


def run_bounded(*arguments: str, cwd: Path) -> tuple[subprocess.CompletedProcess[str], int]:
    """The finished command, which gets SECONDS of processor time, and the mebibytes that its largest process took."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))

    command = [sys.executable, "-m", "apigw_lint", *arguments]
    with (cwd.parent / "out").open("w+") as out, (cwd.parent / "err").open("w+") as err:
        process = subprocess.Popen(command, cwd=cwd, stdout=out, stderr=err, preexec_fn=limit)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    texts = ((cwd.parent / name).read_text() for name in ("out", "err"))
    size = usage.ru_maxrss >> (20 if sys.platform == "darwin" else 10)
    return subprocess.CompletedProcess(command, process.returncode, *texts), size
