"""Fixes of specifications that are split into files."""

from __future__ import annotations

from pathlib import Path

import pytest

from apigw_lint.config import Config
from apigw_lint.configfile import Configs
from apigw_lint.fix.files import FileResult, fix_paths
from apigw_lint.fix.text import FixOptions, fix_text
from apigw_lint.lsp.actions import code_actions
from apigw_lint.lsp.analysis import Text, analyse
from apigw_lint.lsp.settings import Settings
from apigw_lint.source.text import Span
from tests.inputs.test_split import DUMMY, HEAD, TWINS, facts, found_in
from tests.splits import MAIN, split_files, write
from tests.support import config_for, found, read, run

UNSAFE = FixOptions(unsafe=True)
BAD = [path for path in TWINS if path.stem == "bad" and path.parent.name != "unknown-extension"]
"""In the one that is left out a fix makes a scheme known whose name is that of its file once it has one."""


def _fix(path: Path, config: Config) -> list[FileResult]:
    return list(fix_paths([str(path)], Configs(is_ignored=True, changes=config), UNSAFE, is_written=True))


@pytest.mark.once
@pytest.mark.parametrize("path", BAD, ids=lambda path: path.parent.name)
def test_twins(path: Path, tmp_path: Path) -> None:
    """What is fixed in a specification is fixed when it is split, also what must be written into two files."""
    config = config_for(path.parent.name)
    main = write(split_files(read(path)), tmp_path)
    _fix(main, config)
    whole = fix_text(MAIN, read(path), config, UNSAFE).text
    assert facts(found_in(main, config=config)) == facts(list(found(whole, MAIN, config)))


def test_parts(tmp_path: Path) -> None:
    """All files of a specification that is named are fixed, each once, also one that alone is no part of any."""
    parts = {
        "item.yaml": f"get: {{{DUMMY}}}\n",
        "schema.yaml": "type: objekt\n",
        "openapi.yaml": f"{HEAD}  /a: {{$ref: item.yaml}}\n"
        "components: {schemas: {A: {type: array, items: {$ref: schema.yaml}}, B: {$ref: schema.yaml}}}\n",
    }
    for name, text in parts.items():
        (tmp_path / name).write_text(text)
    done = run("fix", "--no-config", "--unsafe", "openapi.yaml", cwd=tmp_path)
    assert done.returncode == 0
    assert "3 files checked: 2 fixes applied in 2 files" in done.stderr
    assert (tmp_path / "item.yaml").read_text() == parts["item.yaml"].replace("dummi", "dummy")
    assert (tmp_path / "schema.yaml").read_text() == "type: object\n"
    assert (tmp_path / "openapi.yaml").read_text() == parts["openapi.yaml"]


def test_error_in_another_file(tmp_path: Path) -> None:
    """A fix that breaks what another file refers to is refused, and nothing is written."""
    common = "components:\n  schema:\n    A: {type: string}\n"
    (tmp_path / "common.yaml").write_text(common)
    content = "content: {a/b: {schema: {$ref: 'common.yaml#/components/schema/A'}}}"
    operation = f"{{{DUMMY.replace('dummi', 'dummy')}, responses: {{200: {{description: a, {content}}}}}}}"
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{get: {operation}}}\n")
    done = run("fix", "--no-config", "--unsafe", "openapi.yaml", cwd=tmp_path)
    assert done.returncode == 1
    assert (
        "refused: rename it to 'schemas': it would cause a new error: 'common.yaml#/components/schema/A'" in done.stderr
    )
    assert (tmp_path / "common.yaml").read_text() == common


def test_excluded_part(tmp_path: Path) -> None:
    """A file that the configuration excludes is not written, whatever refers to it."""
    (tmp_path / "item.yaml").write_text(f"get: {{{DUMMY}}}\n")
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{$ref: item.yaml}}\n")
    run("fix", "--no-config", "--unsafe", "--exclude", "item.yaml", "openapi.yaml", cwd=tmp_path)
    assert (tmp_path / "item.yaml").read_text() == f"get: {{{DUMMY}}}\n"


def test_part_of_two(tmp_path: Path) -> None:
    """A file that two specifications refer to is fixed once."""
    (tmp_path / "item.yaml").write_text(f"get: {{{DUMMY}}}\n")
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(f"{HEAD}  /a: {{$ref: item.yaml}}\n")
    done = run("fix", "--no-config", "--unsafe", "--diff", ".", cwd=tmp_path)
    assert done.stdout.count("+++") == 1
    assert "3 files checked: 1 fix possible in 1 file" in done.stderr


def test_secrets(tmp_path: Path) -> None:
    """The diff of a part shows no secret in it, also if that is ignored."""
    secret = "AQVN" + "x7Kq9ZmT3bRw5LpY8cJd2HsF6vGn4XeU1aQi"
    ignored = f"post:\n  # apigw-lint: ignore[hardcoded-secret] a test\n  summary: Api-Key {secret}\n"
    (tmp_path / "item.yaml").write_text(f"{ignored}  {DUMMY}\nget:\n  {DUMMY}\n")
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{$ref: item.yaml}}\n")
    shown = run("fix", "--no-config", "--unsafe", "--diff", "openapi.yaml", cwd=tmp_path)
    assert "+  x-yc-apigateway-integration: {type: dummy" in shown.stdout
    assert "Api-Key ***" in shown.stdout
    assert secret not in shown.stdout + shown.stderr


def test_in_an_editor(tmp_path: Path) -> None:
    """A quick fix is offered unless it breaks what another file refers to, and ignoring is offered too."""
    content = "content: {a/b: {schema: {$ref: 'openapi.yaml#/components/schema/A'}}}"
    (tmp_path / "item.yaml").write_text(f"get: {{{DUMMY}, responses: {{200: {{description: a, {content}}}}}}}\n")
    components = "components:\n  schema: {A: {type: string}}\n"
    text = f"{HEAD}  /a: {{$ref: item.yaml}}\n  /b: {{get: {{{DUMMY}}}}}\n{components}"
    path = tmp_path / "openapi.yaml"
    path.write_text(text)
    analysis = analyse(Text(path.as_uri(), str(path), text), Settings(Config()))
    offered = [
        [action.title for action in code_actions(analysis, Span(at, at)) if action.edit]
        for at in (text.index("dummi"), text.index("schema"))
    ]
    assert offered == [["write 'dummy'", "ignore 'bad-value' here"], ["ignore 'unknown-key' here"]]
