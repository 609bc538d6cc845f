"""`.apigw-lint.yaml`: where it is found, what it says, what is wrong with it."""

from __future__ import annotations

from pathlib import Path

import pytest

from apigw_lint.rules import RULES
from tests.support import BAD, GOOD, header, run

LEGACY = header("""\
paths:
  /a:
    get:
      x-yc-apigateway-integration:
        type: cloud-functions
        function_id: d4e0123456789abcdefg
        service_account_id: aje0123456789abcdefg
""")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a specification in a subfolder; the folder above it is the test's own, too."""
    project = tmp_path / "project"
    for folder in (project, project / ".git", project / "api"):
        folder.mkdir()
    (project / "api" / "spec.yaml").write_text(LEGACY)
    return project


def configure(folder: Path, text: str) -> None:
    (folder / ".apigw-lint.yaml").write_text(text, "utf-8")


def found(project: Path, *arguments: str, cwd: Path | None = None) -> tuple[int, list[str]]:
    """The exit code and `severity rule` of each finding."""
    done = run("check", "--format", "line", *arguments, cwd=cwd or project)
    lines = [line.split(": ", 2)[1] + " " + line.rpartition("[")[2].rstrip("]") for line in done.stdout.splitlines()]
    return done.returncode, lines


@pytest.mark.parametrize(
    ("chosen", "code", "expected"),
    [
        ("off", 0, []),
        ("false", 0, []),
        ("Off", 0, []),
        ("no", 0, []),
        ("NO", 0, []),
        ("info", 0, ["info legacy-spelling"]),
        ("warning", 0, ["warning legacy-spelling"]),
        ("error", 1, ["error legacy-spelling"]),
    ],
)
def test_severity(chosen: str, code: int, expected: list[str], project: Path) -> None:
    """A severity caps a rule, `off` switches it off, `error` raises a rule that has one severity."""
    configure(project, f"rules:\n  legacy-spelling: {chosen}\n")
    assert found(project, "api") == (code, expected)


def test_error_raises_no_rule_of_several_severities(project: Path) -> None:
    """A rule that tells errors from warnings keeps telling them apart."""
    configure(project, "rules: {not-openapi-3-0: error}\n")
    (project / "api" / "spec.yaml").write_text(GOOD.replace("3.0.0", "3.1.0"))
    assert found(project, "api") == (0, ["warning not-openapi-3-0"])


def test_found_upward_to_the_repository(project: Path) -> None:
    """The nearest file upward counts, wherever the command runs; above the repository nothing is looked for."""
    configure(project.parent, "rules: {legacy-spelling: off}\n")
    assert found(project, "api/spec.yaml")[1] == ["warning legacy-spelling"]
    configure(project, "rules: {legacy-spelling: error}\n")
    assert found(project, "spec.yaml", cwd=project / "api")[1] == ["error legacy-spelling"]
    configure(project / "api", "rules: {legacy-spelling: info}\n")
    assert found(project, "api")[1] == ["info legacy-spelling"]
    assert found(project, "--no-config", "api")[1] == ["warning legacy-spelling"]
    configure(project / "api", "")
    assert found(project, "api")[1] == ["warning legacy-spelling"]
    (project / "other.yaml").write_text("rules: {legacy-spelling: off}\n")
    assert found(project, "--config", "other.yaml", "api") == (0, [])


def test_standard_input_has_the_configuration_of_its_name(project: Path) -> None:
    """An unsaved buffer is linted as the file that it will be."""
    configure(project / "api", "rules: {legacy-spelling: error}\n")
    arguments = ["check", "--format", "line", "-", "--stdin-filename"]
    assert "error: " in run(*arguments, "api/new.yaml", cwd=project, stdin=LEGACY.encode()).stdout
    assert "warning: " in run(*arguments, "new.yaml", cwd=project, stdin=LEGACY.encode()).stdout


def test_overrides(project: Path) -> None:
    """Overrides speak about the files that their globs name; the last one counts, and the command line more."""
    configure(
        project,
        "rules: {legacy-spelling: error}\n"
        "overrides:\n"
        "  - {files: ['api/*.yaml'], rules: {legacy-spelling: info}}\n"
        "  - {files: ['*.yml', '/spec.yaml'], rules: {legacy-spelling: off}}\n",
    )
    (project / "spec.yaml").write_text(LEGACY)
    (project / "api" / "other.yml").write_text(LEGACY)
    assert found(project, ".") == (0, ["info legacy-spelling"])
    assert found(project, "--disable", "legacy-spelling", ".") == (0, [])
    assert found(project, "--enable", "legacy-spelling", "spec.yaml")[1] == ["warning legacy-spelling"]


def test_strict(project: Path) -> None:
    """`strict` runs the rules that are off by default, and a rule can be taken out of it."""
    configure(project, "extends: strict\nrules: {public-operation: off}\n")
    (project / "api" / "spec.yaml").write_text(GOOD)
    assert found(project, "api")[1] == ["warning missing-responses"]


def test_strict_option(project: Path) -> None:
    """`--strict` runs the rules that are off by default; what is switched off by name stays off."""
    (project / "api" / "spec.yaml").write_text(GOOD)
    assert found(project, "--strict", "api")[1] == ["warning missing-responses", "warning public-operation"]
    assert found(project, "--strict", "--disable", "missing-responses", "api")[1] == ["warning public-operation"]
    configure(project, "rules: {public-operation: off, missing-responses: info}\n")
    assert found(project, "--strict", "api")[1] == ["info missing-responses"]


def test_exclude(project: Path) -> None:
    """Excluded files are left out, named ones too, which is said."""
    configure(project, "exclude: [gen/, '*.gen.yaml']\n")
    for name in ("gen/a.yaml", "api/b.gen.yaml"):
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).write_text(BAD)
    assert found(project, ".")[1] == ["warning legacy-spelling"]
    done = run("check", "gen/a.yaml", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    assert "skipped gen/a.yaml: excluded by .apigw-lint.yaml" in done.stderr


def test_fail_level(project: Path) -> None:
    """The level of the file's configuration counts, and that of the command line more."""
    configure(project, "fail-level: warning\n")
    assert found(project, "api")[0] == 1
    assert found(project, "--fail-level", "error", "api")[0] == 0


def test_placeholders(project: Path) -> None:
    """Texts that the configuration names are unknown values, as a whole, in part, and in keys."""
    (project / "api" / "spec.yaml").write_text(
        LEGACY.replace("cloud-functions", "<<[type]>>")
        .replace("/a:", "/@root@/a:")
        .replace("d4e0123456789abcdefg", "id-%X")
    )
    assert {line.split()[1] for line in found(project, "api")[1]} == {"bad-value", "odd-identifier"}
    configure(project, "placeholders: ['<<[*]>>', '@*@', '%X']\n")
    assert found(project, "api") == (0, [])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rule: {}\n", "1:1-1:5: error: unknown key 'rule' in configuration, did you mean 'rules'? [unknown-key]"),
        (
            "rules:\n  legacy-speling: off\n",
            "2:3-2:17: error: unknown key 'legacy-speling' in list of rules, did you mean 'legacy-spelling'? "
            "[unknown-key]",
        ),
        (
            "rules: {legacy-spelling: warn}\n",
            "1:26-1:30: error: 'warn' is not a valid value of 'legacy-spelling', did you mean 'warning'? [bad-value]",
        ),
        (
            "rules: {legacy-spelling: loud}\n",
            "1:26-1:30: error: 'loud' is not a valid value of 'legacy-spelling': it must be 'off', 'info', 'warning' "
            "or 'error' [bad-value]",
        ),
        (
            "rules: {legacy-spelling: never}\n",
            "1:26-1:31: error: 'never' is not a valid value of 'legacy-spelling', did you mean 'off'? [bad-value]",
        ),
        (
            "rules: {legacy-spelling: on}\n",
            "1:26-1:28: error: 'on' is not a valid value of 'legacy-spelling': it must be 'off', 'info', 'warning' or "
            "'error' [bad-value]",
        ),
        ("rules: {legacy-spelling: '${X}'}\n", "1:26-1:32: error: '${X}' is not a valid value of 'legacy-spelling'"),
        ("fail-level: no\n", "1:13-1:15: error: 'no' is not a valid value of 'fail-level'"),
        ("extends: on\n", "1:10-1:12: error: 'on' is not a valid value of 'extends'"),
        ("exclude: no\n", "1:10-1:12: error: 'exclude' must be a list, not a string [wrong-type]"),
        ("exclude: '${X}'\n", "1:10-1:16: error: 'exclude' must be a list, not a string [wrong-type]"),
        ("exclude: {X: }\n", "1:1-1:8: error: 'exclude' must be a list, not a mapping [wrong-type]"),
        ("'${X}': 1\n", "1:1-1:7: error: unknown key '${X}' in configuration"),
        ("baseline: ''\n", "1:11-1:13: error: 'baseline' must be the path of a file [bad-value]"),
        ("exclude: ['!']\n", "1:11-1:14: error: '!' matches no file: there is no name in it [bad-value]"),
        ("exclude: ['']\n", "1:11-1:13: error: '' matches no file: it is empty [bad-value]"),
        ("exclude: ['#a']\n", "1:11-1:15: error: '#a' matches no file: it is a comment [bad-value]"),
        ("exclude: [a, ./gen]\n", "1:14-1:19: error: './gen' matches no file: leave out './' [bad-value]"),
        ("exclude: [a//b]\n", "1:11-1:15: error: 'a//b' matches no file: leave out one '/' of two [bad-value]"),
        ("exclude: [../a]\n", "1:11-1:15: error: '../a' matches no file: it is relative to the folder of the conf"),
        ("exclude: ['*.{a,b}']\n", "1:11-1:20: error: '*.{a,b}' matches no file: '{a,b}' has no meaning in it: write"),
        (
            "exclude: ['!a', b]\n",
            "1:11-1:15: error: '!a' takes nothing back: no glob before it matches anything [bad-value]",
        ),
        ("templates: {'!a': jinja}\n", "1:13-1:17: error: '!a' takes nothing back: no glob before it matches anything"),
        ("<<: off\n", "1:1-1:3: error: '<<' merges only a mapping or a list of mappings [syntax]"),
        (
            "overrides: [{files: ['a', '[z-a]'], rules: {}}]\n",
            "1:27-1:34: error: '[z-a]' matches no file: 'z-a' is not in order [bad-value]",
        ),
        (
            "templates: {'a\\': jinja}\n",
            "1:13-1:17: error: 'a\\' matches no file: there is nothing after the last '\\' [bad-value]",
        ),
        (
            "fail-level: eror\n",
            "1:13-1:17: error: 'eror' is not a valid value of 'fail-level', did you mean 'error'? [bad-value]",
        ),
        (
            "extends: all\n",
            "1:10-1:13: error: 'all' is not a valid value of 'extends': it must be 'recommended' or 'strict' "
            "[bad-value]",
        ),
        ("overrides:\n- files: [a]\n", "2:3-2:8: error: missing key 'rules' in override [missing-key]"),
        ("exclude: a\n", "1:10-1:11: error: 'exclude' must be a list, not a string [wrong-type]"),
        ("rules: {a\n", "1:8-1:9: error: this '{' is never closed [syntax]"),
        (
            "exclude: []\nexclude: []\n",
            "2:1-2:8: error: duplicate key 'exclude': only one of them takes effect [duplicate-key]",
        ),
        (
            "placeholders: ['*a*']\n",
            "1:16-1:21: error: '*a*' must have at most one '*' and at least one other character [bad-value]",
        ),
        ("- a\n", "1:3-1:4: error: the document must be a mapping, not a list [wrong-type]"),
    ],
)
def test_mistakes(text: str, expected: str, project: Path) -> None:
    """A mistake in the configuration is told with place and suggestion, and nothing is linted."""
    configure(project, text)
    done = run("check", "api", cwd=project)
    assert (done.returncode, done.stdout) == (2, "")
    place, _, rest = expected.partition("-")
    message = rest.partition(": ")[2]
    assert f".apigw-lint.yaml:{place}: {message}" in done.stderr
    assert "= unchecked: is not checked until this is repaired" in done.stderr
    assert not [word for word in ("http", "fix:", "Traceback") if word in done.stderr]
    for command in (["fix", "api"], ["config", "api/spec.yaml"]):
        assert run(*command, cwd=project).stderr == done.stderr


def test_second_spelling_of_the_name(project: Path) -> None:
    """`.apigw-lint.yml` is read too, unless the other one is there, which is said."""
    (project / ".apigw-lint.yml").write_text("rules: {legacy-spelling: error}\n")
    assert found(project, "api")[1] == ["error legacy-spelling"]
    configure(project, "rules: {legacy-spelling: info}\n")
    done = run("check", "--format", "line", "api", cwd=project)
    assert "info: " in done.stdout
    assert done.stderr.startswith(".apigw-lint.yml is not read: '.apigw-lint.yaml' is there too\n")


@pytest.mark.parametrize("name", ["apigw-lint.yaml", "apigw-lint.yml", ".apigw-lint.json", ".apigw_lint.yaml"])
def test_misspelt_name(name: str, project: Path) -> None:
    """A file that seems to be a configuration is named once; not beside a real one, nor when none is wanted."""
    (project / name).write_text("rules: {legacy-spelling: off}\n")
    (project / "api" / "other.yaml").write_text(LEGACY)
    note = f"{name} is not read: a configuration must be called '.apigw-lint.yaml'\n"
    for command in (["check", "api"], ["fix", "--diff", "api"], ["config", "api/spec.yaml"]):
        assert run(*command, cwd=project).stderr.count(note) == 1
    for arguments in (["--no-config", "api"], ["--config", name, "api"]):
        assert note not in run("check", *arguments, cwd=project).stderr
    configure(project, "")
    assert note not in run("check", "api", cwd=project).stderr


def test_missing_file(project: Path) -> None:
    """A configuration that is named must be there."""
    done = run("check", "--config", "nowhere.yaml", "api", cwd=project)
    assert done.returncode == 2
    assert "nowhere.yaml" in done.stderr
    assert "no such file" in done.stderr


def test_show(project: Path) -> None:
    """The effective configuration is printed with where each value comes from."""
    configure(project, "extends: strict\nrules:\n  bad-value: warning\nfail-level: info\nbaseline: known.jsonl\n")
    shown = run("config", "api/spec.yaml", cwd=project).stdout
    lines = {line.split("#")[0].strip(): line.partition("# ")[2] for line in shown.splitlines() if ":" in line}
    assert shown.startswith("# .apigw-lint.yaml\n")
    assert lines["bad-value: warning"] == ".apigw-lint.yaml:3"
    assert lines["missing-responses: warning"] == ".apigw-lint.yaml:1"
    assert lines["unknown-key: error"] == "default"
    assert lines["excluded: no"] == "default"
    assert lines["fail-level: info"] == ".apigw-lint.yaml:4"
    assert lines["baseline: known.jsonl"] == ".apigw-lint.yaml:5"
    assert sum(name.partition(":")[0] in RULES for name in lines) == len(RULES)
    configure(project, "exclude: [api]\n")
    assert (
        "\nexcluded: yes                                   # .apigw-lint.yaml\n"
        in run("config", "api/spec.yaml", cwd=project).stdout
    )
    assert run("config", "--config", "no.yaml", "a", cwd=project).returncode == 2
