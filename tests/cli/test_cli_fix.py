"""The command that fixes: what it writes, what it says, how it ends."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import GOOD, OTHER, header, run

SAFE = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: '200'}}}}\n")
UNSAFE = GOOD.replace("dummy", "dumy")
REFUSED = SAFE.replace("'200'", "'999'")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with a good file, one to fix safely, one to fix unsafely, and an unrelated one."""
    for name, text in (("good.yaml", GOOD), ("safe.yaml", SAFE), ("unsafe.yml", UNSAFE), ("other.yaml", OTHER)):
        (tmp_path / name).write_text(text)
    return tmp_path


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


def test_fix(project: Path) -> None:
    """Safe fixes are made and told; nothing else is written."""
    before = _texts(project)
    done = run("fix", cwd=project)
    assert done.returncode == 0
    assert done.stdout == "safe.yaml:3: wrong-type: remove the quotes\n"
    assert done.stderr == "3 files checked: 1 fix applied in 1 file\n"
    assert _texts(project) == {**before, "safe.yaml": GOOD}
    done = run("fix", cwd=project)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "3 files checked: 0 fixes applied\n")
    assert run("fix", "--unsafe", "--quiet", "unsafe.yml", cwd=project).stderr == ""
    assert _texts(project)["unsafe.yml"] == GOOD


def test_diff(project: Path) -> None:
    """A diff is shown, nothing is written, and the exit code says whether there is any."""
    (project / "unsafe.yml").write_text(UNSAFE.rstrip("\n"))
    before = _texts(project)
    done = run("fix", "--unsafe", "--diff", cwd=project)
    assert done.returncode == 1
    assert "2 fixes possible in 2 files" in done.stderr
    assert _texts(project) == before
    assert [line for line in done.stdout.splitlines() if line[:3] in ("---", "+++") or line[0] == "\\"] == [
        "--- a/safe.yaml",
        "+++ b/safe.yaml",
        "--- a/unsafe.yml",
        "+++ b/unsafe.yml",
        *(2 * ["\\ No newline at end of file"]),
    ]
    done = run("fix", "--diff", "good.yaml", cwd=project)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.skipif(not shutil.which("patch"), reason="patch is not here")
def test_diff_can_be_applied(project: Path) -> None:
    """What patch makes of the diff is what fixing makes of the files."""
    (project / "unsafe.yml").write_text(UNSAFE.rstrip("\n"))
    before = _texts(project)
    diff = run("fix", "--unsafe", "--diff", cwd=project).stdout
    subprocess.run(["patch", "-p1", "--quiet"], cwd=project, input=diff.encode(), check=True)
    assert _texts(project) == {**before, "safe.yaml": GOOD, "unsafe.yml": GOOD.rstrip("\n")}


def test_one_rule(project: Path) -> None:
    """Only the fixes of the named rules are made; a rule without fixes is refused."""
    before = _texts(project)
    assert run("fix", "--rule", "greedy-name", "--rule", "bad-value", cwd=project).returncode == 0
    assert _texts(project) == before
    assert run("fix", "--rule", "wrong-type", cwd=project).returncode == 0
    assert _texts(project)["safe.yaml"] == GOOD
    done = run("fix", "--rule", "plain-http", cwd=project)
    assert (done.returncode, "rule 'plain-http' has no fixes" in done.stderr) == (2, True)


def test_refused(project: Path) -> None:
    """A refused fix is told with its reason, is left alone, and makes the command fail, quiet or not."""
    (project / "safe.yaml").write_text(REFUSED)
    done = run("fix", "--quiet", "safe.yaml", cwd=project)
    assert done.returncode == 1
    assert done.stderr.startswith("safe.yaml:3: wrong-type: refused: remove the quotes: it would cause a new error")
    assert _texts(project)["safe.yaml"] == REFUSED


def test_standard_input(tmp_path: Path) -> None:
    """The fixed text, and nothing else, goes to standard output; what is no specification comes out as it is."""
    done = run("fix", "-", cwd=tmp_path, stdin=("\ufeff" + SAFE).replace("\n", "\r\n").encode())
    assert done.returncode == 0
    assert done.stdout == ("\ufeff" + GOOD).replace("\n", "\r\n")
    assert "<stdin>:3: wrong-type: remove the quotes\n" in done.stderr
    done = run("fix", "-", "--allow-none", cwd=tmp_path, stdin=OTHER.encode())
    assert (done.returncode, done.stdout) == (0, OTHER)
    assert run("fix", "-", "a.yaml", cwd=tmp_path).returncode == 2
    assert run("fix", "-", "--diff", "--stdin-filename", "a.yaml", cwd=tmp_path, stdin=SAFE.encode()).returncode == 1


def test_file_is_replaced_in_its_place(project: Path) -> None:
    """Mode, line ends and byte order mark stay, a link stays one, and no other file is left behind."""
    real = project / "real"
    real.mkdir()
    (real / "spec.yaml").write_bytes(("\ufeff" + SAFE).replace("\n", "\r\n").encode())
    (real / "spec.yaml").chmod(0o640)
    (project / "link.yaml").symlink_to(real / "spec.yaml")
    assert run("fix", "link.yaml", cwd=project).returncode == 0
    assert (project / "link.yaml").is_symlink()
    assert (real / "spec.yaml").read_bytes() == ("\ufeff" + GOOD).replace("\n", "\r\n").encode()
    assert stat.S_IMODE((real / "spec.yaml").stat().st_mode) == 0o640
    assert [path.name for path in real.iterdir()] == ["spec.yaml"]


def test_exit_codes(project: Path) -> None:
    """Nothing to fix in is a mistake unless it is allowed, and an unreadable file a failure."""
    assert run("fix", "other.yaml", cwd=project).returncode == 2
    assert run("fix", "--allow-none", "other.yaml", cwd=project).returncode == 0
    (project / "wide.yaml").write_bytes(GOOD.encode("utf-16"))
    done = run("fix", "wide.yaml", cwd=project)
    assert (done.returncode, done.stderr.splitlines()[0]) == (1, "wide.yaml: UTF-16 text: save the file as UTF-8")
    (project / "broken.yaml").write_text(GOOD + '"')
    assert run("fix", "broken.yaml", cwd=project).returncode == 0
    (project / "a.yaml").write_text("rules: {unknown: off}\n")
    assert run("fix", "--config", "a.yaml", cwd=project).returncode == 2


def test_configuration(project: Path) -> None:
    """A rule that the configuration switches off fixes nothing, nor does a finding that a comment hides."""
    (project / ".apigw-lint.yaml").write_text("rules: {wrong-type: off}\n")
    before = _texts(project)
    assert run("fix", cwd=project).returncode == 0
    assert _texts(project) == before
    (project / "safe.yaml").write_text(f"# apigw-lint: ignore-file[wrong-type] why\n{SAFE}")
    before = _texts(project)
    assert run("fix", "--no-config", "safe.yaml", cwd=project).returncode == 0
    assert _texts(project) == before


def test_crash(project: Path) -> None:
    """A failing rule is worth exit code 3, and the fixes of the others are made."""
    script = (
        "from apigw_lint.rules import RULES\n"
        "RULES['unused-component'] = RULES['unused-component']._replace(check=lambda spec: 1 / 0)\n"
        "from apigw_lint.cli import main\n"
        "main(['fix', 'safe.yaml'])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert _texts(project)["safe.yaml"] == GOOD


def test_templates_and_terraform(project: Path) -> None:
    """What a tool fills in stays, and a heredoc of Terraform is fixed in its place."""
    heredoc = "".join(f"    {line}\n" for line in SAFE.splitlines()).replace("dummy", "dummy, content: {'*': '$${x}'}")
    module = f'resource "yandex_api_gateway" "a" {{\n  spec = <<-EOT\n{heredoc}  EOT\n}}\n'
    (project / "main.tf").write_text(module)
    (project / "spec.yaml.j2").write_text(SAFE.replace("/a", "/{{ a }}"))
    assert run("fix", "main.tf", "spec.yaml.j2", cwd=project).returncode == 0
    assert (project / "main.tf").read_text() == module.replace("'200'", "200")
    assert (project / "spec.yaml.j2").read_text() == GOOD.replace("/a", "/{{ a }}")


def test_help(tmp_path: Path) -> None:
    """Help fits in 80 columns."""
    assert max(map(len, run("fix", "--help", cwd=tmp_path).stdout.splitlines())) <= 80
