"""The command `diff`: arguments, exit codes, formats, configuration, revisions, secrets."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from apigw_lint.cli.diff import diff
from apigw_lint.diff.kinds import KINDS
from apigw_lint.inputs import NOT_OPENAPI
from tests import blocks, support
from tests.diff.states import base, function, written

OLD = written(base())
PUBLIC = OLD.replace("      security:\n      - token: []\n", "")
TAGGED = OLD.replace("tag: stable", "tag: beta")


def run(*arguments: str, given: str = "", cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Runs the command in the current folder, or in another one."""
    return support.run(*arguments, cwd=cwd or Path.cwd(), stdin=given.encode())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with some states of a specification, which is the current one."""
    for name, text in (("old.yaml", OLD), ("public.yaml", PUBLIC), ("tagged.yaml", TAGGED)):
        (tmp_path / name).write_text(text, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_changes(folder: Path) -> None:
    """A change that is an error gives exit code 1, the finding in the new file, and a summary."""
    done = run("diff", "old.yaml", "public.yaml")
    assert done.returncode == 1
    assert done.stdout.startswith("public.yaml:")
    assert "error: 'get /orders/{id}' was protected by token (jwt), and now anyone may call [now-public]" in done.stdout
    assert done.stderr == "1 change: 1 error\n"


def test_no_changes(folder: Path) -> None:
    """Without a change there is no output but the summary."""
    done = run("diff", "old.yaml", "old.yaml")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "no changes for callers or for safety\n")
    assert run("diff", "old.yaml", "old.yaml", "--quiet").stderr == ""


def test_words_of_no_changes(folder: Path) -> None:
    """Without a change, reports say so in the words of a comparison."""
    page = run("diff", "old.yaml", "old.yaml", "--format", "markdown").stdout
    said = (
        "## apigw-lint diff: no changes\n\n`old.yaml` compared with `old.yaml`, no changes for callers or for safety.\n"
    )
    assert page == said
    assert 'testcase name="no changes"' in run("diff", "old.yaml", "old.yaml", "--format", "junit").stdout
    table = run("diff", "old.yaml", "public.yaml", "--format", "markdown").stdout
    assert table.startswith("## apigw-lint diff: 1 error\n\n| Place | Severity | Change | Name |\n")
    assert table.endswith("\n\n`public.yaml` compared with `old.yaml`.\n")


def test_ignored(folder: Path) -> None:
    """A change that a comment hides is counted, fails nothing, and is no unknown or unused ignore for check."""
    text = PUBLIC.replace(
        "    get:\n", "    # apigw-lint: ignore[now-public] it was never meant to be secret\n    get:\n", 1
    )
    (folder / "public.yaml").write_text(text, "utf-8")
    done = run("diff", "old.yaml", "public.yaml")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "no changes for callers or for safety (1 ignored)\n"
    page = run("diff", "old.yaml", "public.yaml", "--format", "markdown").stdout
    assert page.endswith("1 change ignored by comments.\n")
    hidden = json.loads(run("diff", "old.yaml", "public.yaml", "--format", "sarif").stdout)["runs"][0]["results"]
    assert [one["suppressions"][0]["justification"] for one in hidden] == ["it was never meant to be secret"]
    assert "-ignore]" not in run("check", "public.yaml", "--format", "line").stdout


def test_notes(folder: Path) -> None:
    """What is not compared is a note on standard error and in Markdown."""
    paths = "paths:\n  /orders/n{id}:\n    get:\n      x-yc-apigateway-integration: {type: dummy, http_code: 200}\n"
    (folder / "new.yaml").write_text(OLD.replace("paths:\n", paths), "utf-8")
    note = "it is not documented whether '/orders/n{id}' answers 'GET /orders/nany-id', so nothing is said of that\n"
    done = run("diff", "old.yaml", "new.yaml", "--format", "markdown")
    assert done.stderr == f"{note}no changes for callers or for safety\n"
    assert "\n- it is not documented whether `/orders/n{id}` answers `GET /orders/nany-id`" in done.stdout
    assert run("diff", "old.yaml", "new.yaml", "--quiet").stderr == ""


def test_explained() -> None:
    """`explain` and `rules` know the changes, and a command that has only rules says where a change belongs."""
    for name, kind in KINDS.items():
        assert kind.summary.endswith(".")
        assert len(kind.doc.splitlines()) > 2
        assert kind.doc.splitlines()[0] in run("explain", name).stdout
    listing = run("rules").stdout
    assert all(f"\n  {name} " in listing for name in KINDS)
    assert "did you mean 'now-public'?" in run("explain", "now-pubic").stderr
    disabled = run("check", "--disable", "now-public")
    assert (disabled.returncode, disabled.stdout) == (2, "")
    assert "'now-public' is a change that 'apigw-lint diff' reports, and no rule" in disabled.stderr
    rule = run("diff", "a.yaml", "b.yaml", "--disable", "bad-value")
    assert "'bad-value' is a rule of 'apigw-lint check', and no change" in rule.stderr


def test_fail_level(folder: Path) -> None:
    """Changes below the fail level are reported, with exit code 0."""
    done = run("diff", "old.yaml", "tagged.yaml", "--format", "line")
    assert done.returncode == 0
    assert done.stdout.count("and 2 more) [tag-changed]") == 1
    assert run("diff", "old.yaml", "tagged.yaml", "--fail-level", "info").returncode == 1


def test_disable(folder: Path) -> None:
    """A kind of change can be left out, and a name that is none is refused with a suggestion."""
    assert run("diff", "old.yaml", "public.yaml", "--disable", "now-public").returncode == 0
    done = run("diff", "old.yaml", "public.yaml", "--disable", "now-pubic")
    assert done.returncode == 2
    assert "unknown change 'now-pubic', did you mean 'now-public'?" in done.stderr


def test_configuration(folder: Path) -> None:
    """The configuration of the new file chooses severities of changes."""
    (folder / ".apigw-lint.yaml").write_text("rules: {now-public: info}\n")
    done = run("diff", "old.yaml", "public.yaml", "--format", "line")
    assert done.returncode == 0
    assert ": info: " in done.stdout
    (folder / ".apigw-lint.yaml").write_text("rules: {now-public: off}\n")
    assert run("diff", "old.yaml", "public.yaml").stdout == ""
    assert run("diff", "old.yaml", "public.yaml", "--no-config").returncode == 1


@pytest.mark.parametrize("name", ["json", "sarif", "github", "gitlab", "markdown", "junit", "checkstyle", "line"])
def test_formats(folder: Path, name: str) -> None:
    """Each report format shows the change by its name."""
    done = run("diff", "old.yaml", "public.yaml", "--format", name)
    assert done.returncode == 1
    assert "now-public" in done.stdout
    assert "public.yaml" in done.stdout


def test_sarif_describes_changes(folder: Path) -> None:
    """In SARIF each change has its description."""
    done = run("diff", "old.yaml", "public.yaml", "--format", "sarif", "--output", "out.sarif")
    assert done.stdout == ""
    (rule,) = json.loads((folder / "out.sarif").read_text("utf-8"))["runs"][0]["tool"]["driver"]["rules"]
    assert rule["id"] == "now-public"
    assert rule["shortDescription"]["text"] == KINDS["now-public"].summary


def test_standard_input(folder: Path) -> None:
    """One of the two may be standard input, not both."""
    done = run("diff", "-", "public.yaml", given=OLD)
    assert done.returncode == 1
    assert done.stdout.startswith("public.yaml:")
    both = run("diff", "-", "-", given=OLD)
    assert both.returncode == 2
    assert "standard input (-) can be only one of the two" in both.stderr


def test_wrong_arguments(folder: Path) -> None:
    """What cannot be read is one sentence and exit code 2, and nothing is compared."""
    (folder / "broken.yaml").write_text("openapi: 3.0.0\npaths: {\n")
    (folder / "notes.yaml").write_text("a: 1\n")
    (folder / "empty.yaml").write_text("")
    sentences = {
        "none.yaml": "no such file: 'none.yaml'\n",
        ".": "'.' is a folder: name a file\n",
        "notes.yaml": f"skipped notes.yaml: {NOT_OPENAPI}\n",
        "empty.yaml": "empty.yaml:1:1: the document is empty\n",
    }
    for argument, sentence in sentences.items():
        for arguments in (("old.yaml", argument), (argument, "old.yaml")):
            done = run("diff", *arguments)
            assert (done.returncode, done.stdout, done.stderr) == (2, "", sentence)
    done = run("diff", "old.yaml", "broken.yaml")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith("broken.yaml:")


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *identity, *arguments], cwd=folder, check=True, capture_output=True)


def test_revisions(folder: Path) -> None:
    """A file at a revision of git is compared with the file as it is, from a folder below the top too."""
    (folder / "deploy files").mkdir()
    api = folder / "deploy files" / "api.yaml"
    api.write_text(OLD, "utf-8")
    _git(folder, "init", "-q", "-b", "main")
    _git(folder, "add", ".")
    _git(folder, "commit", "-q", "-m", "first")
    api.write_text(PUBLIC, "utf-8")
    done = run("diff", "main:deploy files/api.yaml", "deploy files/api.yaml")
    assert done.returncode == 1
    assert done.stdout.startswith("deploy files/api.yaml:")
    below = run("diff", "main:api.yaml", "api.yaml", cwd=folder / "deploy files")
    assert below.returncode == 1
    assert below.stdout.startswith("api.yaml:")
    back = run("diff", "deploy files/api.yaml", "HEAD:deploy files/api.yaml", "--format", "line")
    assert "[now-protected]" in back.stdout
    gone = run("diff", "main:none.yaml", "old.yaml")
    assert (gone.returncode, gone.stderr) == (2, "no file 'none.yaml' at 'main'\n")
    unknown = run("diff", "mian:old.yaml", "old.yaml")
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert unknown.stderr.startswith("mian:old.yaml: unknown revision 'mian'")


def _terraform(*specs: str) -> str:
    resources = (
        f'resource "yandex_api_gateway" "gateway{number}" {{\n  name = "a"\n  spec = <<-EOT\n{spec}EOT\n}}\n'
        for number, spec in enumerate(specs)
    )
    return "\n".join(resources)


def test_terraform(folder: Path) -> None:
    """The specifications of a `.tf` file are compared in their order, with places in the file."""
    (folder / "old.tf").write_text(_terraform(OLD, OLD), "utf-8")
    new = _terraform(OLD, PUBLIC)
    (folder / "new.tf").write_text(new, "utf-8")
    (folder / "one.tf").write_text(_terraform(OLD), "utf-8")
    done = run("diff", "old.tf", "new.tf", "--format", "json")
    (found,) = json.loads(done.stdout)["diagnostics"]
    assert found["rule"] == "now-public"
    assert found["line"] > len(_terraform(OLD).splitlines())
    fewer = run("diff", "old.tf", "one.tf")
    sentence = (
        "2 specifications in 'old.tf', 1 in 'one.tf': they are compared in their order, so there must be as many\n"
    )
    assert (fewer.returncode, fewer.stdout, fewer.stderr) == (2, "", sentence)


SECRETS = ("s3cr3tOldPa55w0rdXYZ", "s3cr3tNewPa55w0rdABC")


@pytest.mark.parametrize("name", ["text", "json", "sarif", "github", "gitlab", "markdown", "line"])
def test_secrets(folder: Path, name: str) -> None:
    """A secret is stars, that of the old file too, which is in no place of the new one."""
    for file, secret in zip(("a.yaml", "b.yaml"), SECRETS, strict=True):
        document = base()
        integration = document["paths"]["/orders/{id}"]["get"]["x-yc-apigateway-integration"]
        integration["headers"]["Authorization"] = f"Bearer {secret}"
        integration["url"] = f"https://user:{secret}@backend.example.com/orders/{{id}}"
        (folder / file).write_text(written(document), "utf-8")
    done = run("diff", "a.yaml", "b.yaml", "--format", name)
    assert "setting-changed" in done.stdout
    assert "target-changed" in done.stdout
    for secret in SECRETS:
        assert secret[4:] not in done.stdout + done.stderr


def test_control_characters(folder: Path) -> None:
    """Control characters of a value are made visible."""
    document = base()
    document["paths"]["/orders/{id}"]["post"]["x-yc-apigateway-integration"] = function("a\x1b[31m")
    (folder / "new.yaml").write_text(written(document), "utf-8")
    done = run("diff", "old.yaml", "new.yaml")
    assert "tag-changed" in done.stdout
    assert "\x1b" not in done.stdout


def test_repeats(folder: Path) -> None:
    """Many operations that lose the same protection are one finding with several places."""
    document = base()
    document["security"] = [{"token": []}]
    (folder / "all.yaml").write_text(written(document), "utf-8")
    done = run("diff", "all.yaml", "old.yaml")
    assert done.stderr == "1 change: 1 error\n"
    assert "and now anyone may call (and 2 more) [now-public]" in done.stdout


def test_page() -> None:
    """The page lists the options of the command and each kind of change with its severities."""
    page, heading = "docs/command-line.md", "apigw-lint diff"
    section = blocks.section(page, heading)
    rows = [row.split(" | ")[:2] for row in section.splitlines() if row.startswith("| `") and "`--" not in row]
    assert [row[0].strip("| `") for row in rows] == list(KINDS)
    assert [row[1] for row in rows] == [", ".join((kind.severity, *kind.other_severities)) for kind in KINDS.values()]
    options = {option for one in diff.params for option in one.opts if option.startswith("--")}
    named = re.findall(r"`(--[a-z-]+)", "".join(blocks.cells(page, heading, "option")))
    named += re.findall(r"`(--[a-z-]+)", section)
    assert set(named) == options
