"""Every file that the command writes is written whole or not at all, and keeps what it had."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import GOOD, header, run

IS_ROOT = os.name == "posix" and os.geteuid() == 0
ONLY_POSIX = pytest.mark.skipif(os.name != "posix", reason="modes, owners and pipes of POSIX")
ONLY_ROOT = pytest.mark.skipif(not IS_ROOT, reason="only root can give files away")
SOMEBODY = 12345

SAFE = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: '200'}}}}\n")
OLD = '{"apigw-lint-baseline": 1}\n'
WAYS = {
    "fix": ("fix", "written"),
    "output": ("check", "--quiet", "--format", "line", "--output", "written", "spec.yaml"),
    "format": ("check", "--quiet", "--format", "line:written", "spec.yaml"),
    "baseline": ("check", "--quiet", "--write-baseline", "written", "spec.yaml"),
}
"""The commands that write a file, whose name is `written`."""


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, ...]:
    """A command that writes a file; the file is there, and what is written is something else."""
    (tmp_path / "spec.yaml").write_text(SAFE)
    (tmp_path / "written").write_text(SAFE if request.param == "fix" else OLD)
    return WAYS[request.param]


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def _refused(way: tuple[str, ...], folder: Path) -> str:
    """Why a command writes nothing, and nothing of what is in its folder changes."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    names = _names(folder)
    done = run(*way, cwd=folder)
    assert done.returncode == (1 if way[0] == "fix" else 2)
    assert {path: path.read_bytes() for path in before} == before
    assert _names(folder) == names
    head, _, reason = done.stderr.partition("cannot write")
    assert head.splitlines()[-1].endswith(("Error: ", "written: "))
    if way[0] == "fix":
        said = [line for line in done.stderr.splitlines() if " is a link to " not in line]
        assert (done.stdout, said[1:]) == ("", ["1 file checked: 0 fixes applied"])
    return reason.partition("\n")[0].removeprefix(" 'written'").removeprefix(": ")


def test_written(way: tuple[str, ...], tmp_path: Path) -> None:
    """The file has its new content, and nothing else is in its folder."""
    before = (tmp_path / "written").read_text()
    run(*way, cwd=tmp_path)
    assert (tmp_path / "written").read_text() not in (before, "")
    assert _names(tmp_path) == ["spec.yaml", "written"]


@pytest.mark.parametrize("way", [way for name, way in WAYS.items() if name != "fix"])
def test_new_file(way: tuple[str, ...], tmp_path: Path) -> None:
    """A file that was not there gets the mode that every new file gets."""
    (tmp_path / "spec.yaml").write_text(SAFE)
    run(*way, cwd=tmp_path)
    (tmp_path / "other").write_text("")
    assert (tmp_path / "written").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert _names(tmp_path) == ["other", "spec.yaml", "written"]


@ONLY_POSIX
@pytest.mark.parametrize("mode", [0o444, 0o400])
def test_read_only(way: tuple[str, ...], mode: int, tmp_path: Path) -> None:
    """Who made a file read-only does not want it written, by root neither."""
    (tmp_path / "written").chmod(mode)
    assert _refused(way, tmp_path) == "it is read-only"


@ONLY_POSIX
def test_hard_link(way: tuple[str, ...], tmp_path: Path) -> None:
    """A file with two names would become two files."""
    os.link(tmp_path / "written", tmp_path / "second")
    assert _refused(way, tmp_path) == "it has a second name (a hard link), which would keep the old content"


@ONLY_POSIX
def test_link_inside(way: tuple[str, ...], tmp_path: Path) -> None:
    """Of a link inside the repository the target is written, and the link stays."""
    (tmp_path / "real").mkdir()
    (tmp_path / "written").rename(tmp_path / "real" / "file")
    (tmp_path / "written").symlink_to("real/file")
    before = (tmp_path / "real" / "file").read_text()
    run(*way, cwd=tmp_path)
    assert (tmp_path / "written").is_symlink()
    assert (tmp_path / "real" / "file").read_text() != before
    assert _names(tmp_path / "real") == ["file"]


@ONLY_POSIX
@pytest.mark.parametrize("has_repository", [True, False])
def test_link_outside(way: tuple[str, ...], tmp_path: Path, has_repository: bool) -> None:
    """Through a link that leads out of the repository, or else out of the working directory, nothing is written."""
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "spec.yaml").rename(inside / "spec.yaml")
    if has_repository:
        (inside / ".git").mkdir()
    (inside / "written").symlink_to("../written")
    before = (tmp_path / "written").read_text()
    target = os.path.realpath(tmp_path / "written")
    assert _refused(way, inside) == f"a link out of the repository, to '{target}': name that file itself"
    assert (tmp_path / "written").read_text() == before


@ONLY_POSIX
def test_full_disk(way: tuple[str, ...], tmp_path: Path) -> None:
    """When the new content does not fit, the old one stays."""
    import resource

    (tmp_path / "spec.yaml").write_text(SAFE)
    before = (tmp_path / "written").read_text()
    command = [sys.executable, "-B", "-m", "apigw_lint", *way]
    limit = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (20, 20))  # noqa: E731
    done = subprocess.run(command, cwd=tmp_path, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert done.returncode == (1 if way[0] == "fix" else 2)
    assert "file too large" in done.stderr
    assert (tmp_path / "written").read_text() == before
    assert _names(tmp_path) == ["spec.yaml", "written"]


@ONLY_ROOT
def test_owner_stays(way: tuple[str, ...], tmp_path: Path) -> None:
    """Root leaves a file to its owner, as in a container with a mounted folder; its mode stays too."""
    os.chown(tmp_path / "written", SOMEBODY, SOMEBODY + 1)
    (tmp_path / "written").chmod(0o2640)
    before = (tmp_path / "written").read_text()
    run(*way, cwd=tmp_path)
    status = (tmp_path / "written").stat()
    assert (tmp_path / "written").read_text() != before
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (SOMEBODY, SOMEBODY + 1, 0o2640)


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes of Linux")
def test_attributes_stay(way: tuple[str, ...], tmp_path: Path) -> None:
    """Extended attributes stay."""
    assert sys.platform == "linux"
    try:
        os.setxattr(tmp_path / "written", "user.kept", b"1")
    except OSError:
        pytest.skip("this file system has none")
    before = (tmp_path / "written").read_text()
    run(*way, cwd=tmp_path)
    assert (tmp_path / "written").read_text() != before
    assert os.getxattr(tmp_path / "written", "user.kept") == b"1"


def _with(change: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Runs the command after a change to the program."""
    script = f"import os, sys\n{change}\nfrom apigw_lint.cli import main\nmain(sys.argv[1:])"
    command = [sys.executable, "-c", script, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.mark.skipif(sys.platform != "linux", reason="extended attributes of Linux")
def test_attributes_that_cannot_be_kept(tmp_path: Path) -> None:
    """A file is not written if it would lose an attribute."""
    (tmp_path / "spec.yaml").write_text(SAFE)
    change = (
        "os.listxattr = lambda file: ['user.a'] if isinstance(file, str) else []\n"
        "os.getxattr = lambda file, name: b''\n"
        "def refuse(*_): raise PermissionError(1, 'no')\n"
        "os.setxattr = refuse"
    )
    done = _with(change, "fix", "spec.yaml", cwd=tmp_path)
    reason = "its mode or attributes could not be kept"
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, f"spec.yaml: cannot write: {reason}")
    assert (tmp_path / "spec.yaml").read_text() == SAFE
    assert _names(tmp_path) == ["spec.yaml"]


BEFORE_WRITING = """
from apigw_lint.fix import files
fix_texts = files.fix_texts
def then(subject, *arguments):
    fixed, path = fix_texts(subject, *arguments), subject.path
    %s
    return fixed
files.fix_texts = then
"""
"""Something that happens between fixing a text and writing it."""
SAVED = "# saved meanwhile\n"
CHANGED = "it was changed meanwhile: run the command again"


@pytest.mark.parametrize(
    ("save", "reason", "left"),
    [
        ("open(path, 'a').write('# saved meanwhile\\n')", CHANGED, SAFE + SAVED),
        ("open('b', 'w').write('# saved meanwhile\\n'); os.replace('b', path)", CHANGED, SAVED),
        ("os.remove(path)", "no such file", None),
    ],
    ids=["written", "replaced", "removed"],
)
def test_saved_meanwhile(save: str, reason: str, left: str | None, tmp_path: Path) -> None:
    """What a person saves while fixes are worked out stays; the other files are fixed, and only they count."""
    (tmp_path / "a.yaml").write_text(SAFE)
    (tmp_path / "c.yaml").write_text(SAFE)
    done = _with(BEFORE_WRITING % f"if path == 'a.yaml': {save}", "fix", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout == "c.yaml:3: wrong-type: remove the quotes\n"
    assert done.stderr == f"a.yaml: cannot write: {reason}\n2 files checked: 1 fix applied in 1 file\n"
    texts = {"c.yaml": GOOD} if left is None else {"a.yaml": left, "c.yaml": GOOD}
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == texts


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder in which everybody may write."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def _written_by_somebody(folder: Path) -> str:
    """Why another user cannot write what is fixed in a folder."""
    become = f"os.setgroups([]); os.setgid({SOMEBODY}); os.setuid({SOMEBODY})"
    done = _with(BEFORE_WRITING % become, "fix", "spec.yaml", cwd=folder)
    reason, summary = done.stderr.splitlines()
    assert (done.returncode, done.stdout, summary) == (1, "", "1 file checked: 0 fixes applied")
    assert {path.name: path.read_text() for path in folder.iterdir()} == {"spec.yaml": SAFE}
    return reason


@ONLY_ROOT
@pytest.mark.parametrize(
    ("mode", "reason"),
    [(0o666, "its owner could not be kept"), (0o644, "it is read-only")],
)
def test_file_of_another_user(mode: int, reason: str, open_folder: Path) -> None:
    """A user cannot replace the file of another one without becoming its owner."""
    (open_folder / "spec.yaml").write_text(SAFE)
    (open_folder / "spec.yaml").chmod(mode)
    assert _written_by_somebody(open_folder) == f"spec.yaml: cannot write: {reason}"


@ONLY_ROOT
def test_folder_of_another_user(open_folder: Path) -> None:
    """Without the right to make a file in a folder, none in it is replaced."""
    (open_folder / "spec.yaml").write_text(SAFE)
    os.chown(open_folder / "spec.yaml", SOMEBODY, SOMEBODY)
    open_folder.chmod(0o755)
    assert _written_by_somebody(open_folder) == "spec.yaml: cannot write: its folder is read-only"


@ONLY_POSIX
def test_streams(tmp_path: Path) -> None:
    """Pipes and devices are sent the report; what is sent to a file by the shell is not replaced."""
    (tmp_path / "spec.yaml").write_text(SAFE)
    shown = run("check", "--quiet", "--format", "line", "spec.yaml", cwd=tmp_path).stdout
    way = ("check", "--quiet", "--format", "line", "spec.yaml", "--output")
    assert run(*way, "/dev/stdout", cwd=tmp_path).stdout == shown
    assert run(*way, "/dev/null", cwd=tmp_path).returncode == 1
    os.mkfifo(tmp_path / "pipe")
    with subprocess.Popen(["cat", "pipe"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as reader:
        assert run(*way, "pipe", cwd=tmp_path).returncode == 1
        assert reader.communicate()[0] == shown
    with (tmp_path / "log").open("a") as log:
        log.write("before\n")
        log.flush()
        command = [sys.executable, "-m", "apigw_lint", *way, "/dev/stdout"]
        subprocess.run(command, cwd=tmp_path, stdout=log, check=False)
        log.write("after\n")
    assert (tmp_path / "log").read_text() == f"before\n{shown}after\n"


@pytest.mark.parametrize(
    ("file", "reason"),
    [("folder", "not a regular file"), ("no/file", "no such folder"), ("spec.yaml/a", "no such folder")],
)
def test_no_file(file: str, reason: str, tmp_path: Path) -> None:
    """A folder is not written, and none is made."""
    (tmp_path / "spec.yaml").write_text(SAFE)
    (tmp_path / "folder").mkdir()
    done = run("check", "--output", file, "spec.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, f"Error: cannot write '{file}': {reason}")
    assert _names(tmp_path) == ["folder", "spec.yaml"]


def test_long_name(tmp_path: Path) -> None:
    """A file is fixed whose name is as long as a name may be."""
    name = "a" * 250 + ".yaml"
    (tmp_path / name).write_text(SAFE)
    assert run("fix", name, cwd=tmp_path).returncode == 0
    assert (tmp_path / name).read_text() == GOOD


@ONLY_POSIX
def test_interrupted(tmp_path: Path) -> None:
    """Ctrl-C while a file is written waits until it is whole, and leaves nothing else behind."""
    (tmp_path / "spec.yaml").write_text(SAFE)
    done = _with("os.fsync = lambda descriptor: os.kill(os.getpid(), 2)", "fix", "spec.yaml", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (130, "interrupted\n")
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"spec.yaml": GOOD}
