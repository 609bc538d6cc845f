"""Specifications that are split into files: what references to other files lead to is judged there."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from contextlib import chdir
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apigw_lint import Config, Diagnostic
from apigw_lint.configfile import Configs
from apigw_lint.lsp.analysis import Text, analyse
from apigw_lint.lsp.diagnostics import diagnostics
from apigw_lint.lsp.settings import Settings
from apigw_lint.rules import RULES
from apigw_lint.run import checked_targets, targets
from apigw_lint.shared import ABSENCE, each_file_once
from tests.conftest import FIXTURES
from tests.repositories import commit, repository
from tests.splits import MAIN, split_files, unsplit, write
from tests.support import EVERYTHING, RULE_FOLDERS, SPECS, config_for, found, lines, read, run

SPLIT = FIXTURES / "split"
TWINS = [
    path
    for folder in RULE_FOLDERS
    for path in sorted(folder.glob("*.yaml"))
    if (path.stem == "bad" or path.stem.startswith("good")) and "apigw-lint" not in read(path)
]
"""Ignore comments are left out: one above a path item does not reach into another file."""
HEAD = "openapi: 3.0.0\ninfo: {title: t, version: '1'}\npaths:\n"
DUMMY = "x-yc-apigateway-integration: {type: dummi, http_code: 200}"


def found_in(*paths: Path, config: Config | None = None) -> list[Diagnostic]:
    """What a run over some paths finds, each file once."""
    configs = Configs(is_ignored=True, changes=config or Config())
    run = each_file_once(checked_targets(targets(map(str, paths)), configs))
    return [diagnostic for checked in run for diagnostic in checked.report.found]


@pytest.mark.parametrize("name", ["forms", "shared", "good", "whole"])
def test_forms(name: str, golden: Callable[[Path, str], None]) -> None:
    """Every form of a reference to a file is followed, or a finding says why it is not; each file is reported once."""
    with chdir(FIXTURES.parent):
        diagnostics = sorted(found_in(Path("fixtures/split") / name), key=lambda diagnostic: diagnostic.order)
    golden(SPLIT / f"{name}.out", lines(diagnostics))


def test_good_alone() -> None:
    """A split specification without mistakes has one finding, which says that its files must be bundled."""
    [diagnostic] = {one.rule: one for one in found_in(SPLIT / "good" / "openapi.yaml", config=EVERYTHING)}.values()
    assert (diagnostic.rule, diagnostic.severity) == ("external-ref", "info")


def facts(diagnostics: list[Diagnostic]) -> Counter[tuple[str, str, str]]:
    """What is said of which text, a path item or component as a whole aside: in a file of its own it has no key."""
    facts: Counter[tuple[str, str, str]] = Counter()
    for one in diagnostics:
        steps = one.pointer.split("/")
        is_moved = not one.pointer and one.source.path.rpartition("/")[2] != MAIN
        is_whole = is_moved or (steps[1:2], len(steps)) in ((["paths"], 3), (["components"], 4))
        underlined = "the whole" if is_whole else unsplit(one.source.slice(one.span))
        if one.rule not in ("external-ref", "unresolved-ref", "crash"):
            facts[one.rule, unsplit(one.full_message), underlined] += 1
        assert one.rule != "crash", one.message
    return facts


@pytest.mark.once
@pytest.mark.parametrize("path", TWINS, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_twins(path: Path, tmp_path: Path) -> None:
    """What is found in a specification is found when each path item and component is in a file of its own."""
    config = config_for(path.parent.name)
    main = write(split_files(read(path)), tmp_path)
    assert facts(found_in(main, config=config)) == facts(list(found(read(path), MAIN, config)))


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_any_split(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """The same holds for any choice of what is moved."""
    text = read(data.draw(st.sampled_from([path for path in SPECS if path.suffix == ".yaml"])))
    if "apigw-lint" in text:
        return
    chosen = data.draw(st.sets(st.integers(0, 30)))
    main = write(split_files(text, chosen.__contains__), tmp_path_factory.mktemp("split"))
    assert facts(found_in(main)) == facts(list(found(text, MAIN)))


def test_never_outside(tmp_path: Path) -> None:
    """Nothing outside the repository is read: not by a path, not by a link, not by a link to a folder."""
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    for folder in (outside, inside / ".git"):
        folder.mkdir(parents=True)
    (outside / "item.yaml").write_text(f"get: {{{DUMMY}}}\n")
    (inside / "link.yaml").symlink_to(outside / "item.yaml")
    (inside / "folder").symlink_to(outside)
    names = ("../outside/item.yaml", "link.yaml", "folder/item.yaml", str(outside / "item.yaml"))
    paths = "".join(f"  /{number}: {{$ref: '{name}'}}\n" for number, name in enumerate(names))
    (inside / "openapi.yaml").write_text(f"{HEAD}{paths}  /own: {{get: {{{DUMMY.replace('dummi', 'dummy')}}}}}\n")
    diagnostics = found_in(inside / "openapi.yaml")
    assert {one.rule for one in diagnostics} == {"external-ref"}
    assert {one.severity for one in diagnostics} == {"warning"}
    assert len(diagnostics) == len(names)


def test_link_inside(tmp_path: Path) -> None:
    """A link to another file of the repository is followed, and what is there is named by its own path, once."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "item.yaml").write_text(f"get: {{{DUMMY}}}\n")
    (tmp_path / "link.yaml").symlink_to("item.yaml")
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{$ref: link.yaml}}\n  /b: {{$ref: item.yaml}}\n")
    [diagnostic] = [one for one in found_in(tmp_path / "openapi.yaml") if one.rule != "external-ref"]
    assert Path(diagnostic.source.path).name == "item.yaml"


def test_text_alone() -> None:
    """A text that is linted without its file follows nothing."""
    [diagnostic] = found(f"{HEAD}  /a: {{$ref: item.yaml}}\n")
    assert diagnostic.message == "'item.yaml' points outside this document"


def test_secrets(tmp_path: Path) -> None:
    """A secret in another file is shown nowhere, and not in the findings of the first file."""
    secret = "AQVN" + "x7Kq9ZmT3bRw5LpY8cJd2HsF6vGn4XeU1aQi"
    item = f"get:\n  parameters: [{{name: t, in: query, schema: {{default: 'Api-Key {secret}'}}}}]\n  {DUMMY}\n"
    (tmp_path / "item.yaml").write_text(item)
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{$ref: item.yaml}}\n")
    for form in ("text", "json", "sarif", "line"):
        done = run("check", "--no-config", "--format", form, "openapi.yaml", cwd=tmp_path)
        assert "dummi" in done.stdout
        assert secret not in done.stdout


def test_related_in_another_file(tmp_path: Path) -> None:
    """A place in another file is shown with its path."""
    item = "get: {operationId: a, x-yc-apigateway-integration: {type: dummy, http_code: 200}}\n"
    for name in ("one.yaml", "two.yaml"):
        (tmp_path / name).write_text(item)
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{$ref: one.yaml}}\n  /b: {{$ref: two.yaml}}\n")
    shown = run("check", "--no-config", "openapi.yaml", cwd=tmp_path).stdout
    assert "two.yaml:1:20: error: duplicate operationId 'a'" in shown
    assert "(one.yaml, line 1):" in shown


def test_long_chain(tmp_path: Path) -> None:
    """A file refers to the next one, hundreds of times, and the last one is judged too."""
    for number in range(300):
        inner = (
            "{type: objekt}" if number == 299 else f"{{type: object, properties: {{a: {{$ref: {number + 1}.yaml}}}}}}"
        )
        (tmp_path / f"{number}.yaml").write_text(f"{inner}\n")
    operation = "{responses: {200: {description: a, content: {a/b: {schema: {$ref: 0.yaml}}}}}, "
    operation += "x-yc-apigateway-integration: {type: dummy, http_code: 200}}"
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{get: {operation}}}\n")
    [diagnostic] = [one for one in found_in(tmp_path / "openapi.yaml") if one.severity == "error"]
    assert diagnostic.source.path.endswith("299.yaml")


def test_commands(tmp_path: Path) -> None:
    """Routes and traces of a split specification are those of the whole, with places in the other files."""
    shutil.copytree(SPLIT / "good", tmp_path / "api")
    routes = run("routes", "--format", "json", "api/openapi.yaml", cwd=tmp_path).stdout
    assert '"file": "api/paths/lot.yaml"' in routes
    assert "d4eruhualzskbrvrmlgv" in routes
    traced = run("trace", "GET", "/lots/1", "api/openapi.yaml", cwd=tmp_path).stdout
    assert "api/common.yaml:" in traced
    assert "api/paths/lot.yaml:" in traced


def test_baseline(tmp_path: Path) -> None:
    """A baseline knows the findings of each file by its own path."""
    shutil.copytree(SPLIT / "forms", tmp_path / "api")
    for name in ("broken.yaml", "item.json"):  # what cannot be read is in no baseline
        (tmp_path / "api" / "paths" / name).write_text('{"get": {}}\n')
    run("check", "--no-config", "--write-baseline", "known.json", "api", cwd=tmp_path)
    done = run("check", "--no-config", "--fail-level", "info", "--baseline", "known.json", "api", cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    (tmp_path / "api" / "parts" / "three.yaml").write_text(f"get: {{{DUMMY}}}\npost: {{{DUMMY}}}\n")
    done = run("check", "--no-config", "--baseline", "known.json", "--format", "line", "api", cwd=tmp_path)
    assert [found.partition(":")[0] for found in done.stdout.splitlines()] == ["api/parts/three.yaml"]


def test_since(tmp_path: Path) -> None:
    """What is new since a revision is compared with the other files as they were then."""
    good = DUMMY.replace("dummi", "dummy")
    files = {"openapi.yaml": f"{HEAD}  /a: {{$ref: item.yaml}}\n", "item.yaml": f"get: {{{DUMMY}}}\npost: {{{good}}}\n"}
    repository(tmp_path)
    commit(tmp_path, files)
    (tmp_path / "item.yaml").write_text(f"get: {{{DUMMY}}}\npost: {{{DUMMY}}}\n")
    done = run("check", "--no-config", "--since", "HEAD", "--format", "line", "openapi.yaml", cwd=tmp_path)
    assert [found.partition(" ")[0] for found in done.stdout.splitlines()] == ["item.yaml:2:44-2:49:"]


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_references(data: st.DataObject, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Whatever files refer to, in circles too, no rule fails, and each finding is in its file."""
    names = [MAIN, "a.yaml", "b.yaml", "c.yaml"]
    pointers = ["", "#/get", "#/paths", "#/components", "#/paths/~1x", "#/components/schemas/One", "#/properties/p"]
    references = st.tuples(st.sampled_from(["", *names]), st.sampled_from(pointers)).map("".join)
    keys = ["get", "responses", "parameters", "paths", "components", "schemas", "One", "properties", "p", "/x", "200"]
    values = st.recursive(
        references.map(lambda reference: f"{{$ref: '{reference}'}}"),
        lambda inner: st.dictionaries(st.sampled_from(keys), inner, min_size=1, max_size=3).map(
            lambda entries: f"{{{', '.join(f'{key}: {value}' for key, value in entries.items())}}}"
        ),
        max_leaves=8,
    )
    folder = tmp_path_factory.mktemp("graph")
    for name in names[1:]:
        (folder / name).write_text(f"{data.draw(values)}\n")
    parts = f"paths: {data.draw(values)}\ncomponents: {data.draw(values)}\nx-yc-apigateway: {{}}\n"
    (folder / MAIN).write_text(f"openapi: 3.0.0\ninfo: {{title: t, version: '1'}}\n{parts}")
    for one in found_in(folder / MAIN, config=EVERYTHING):
        assert one.rule != "crash", one.message
        assert 0 <= one.span.start <= one.span.end <= len(one.source.text)


def test_fragments_are_parts(tmp_path: Path) -> None:
    """A fragment that a specification of the run refers to is reported and listed once, as its part."""
    (tmp_path / "item.yaml").write_text(f"get: {{{DUMMY}}}\n")
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{$ref: item.yaml}}\n")
    done = run("check", "--no-config", "--format", "line", ".", cwd=tmp_path)
    assert done.stdout.count("dummi") == 1
    assert "fragment" not in done.stderr
    assert "2 files checked" in done.stderr
    routes = run("routes", "--format", "csv", ".", cwd=tmp_path).stdout
    assert routes.count("item.yaml") == 1
    assert "unknown" not in routes


def test_advice(tmp_path: Path) -> None:
    """What `fix` repairs in the other files is promised too."""
    (tmp_path / "item.yaml").write_text(f"get: {{{DUMMY}}}\n")
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{$ref: item.yaml}}\n")
    done = run("check", "--no-config", "openapi.yaml", cwd=tmp_path)
    assert "fix: write 'dummy'" in done.stdout
    assert "'apigw-lint fix --unsafe' repairs 1" in done.stderr


def test_open_text(tmp_path: Path) -> None:
    """An editor gets the findings of the open text, with what other files say of it, and none of those files."""
    (tmp_path / "item.yaml").write_text(f"get: {{operationId: one, {DUMMY}}}\n")
    text = f"{HEAD}  /a: {{$ref: item.yaml}}\n  /b: {{get: {{operationId: one, {DUMMY}}}}}\n"
    path = tmp_path / "openapi.yaml"
    path.write_text("")
    analysis = analyse(Text(path.as_uri(), str(path), text), Settings(Config()))
    found_here = diagnostics(analysis)
    assert sorted(str(one.code) for one in found_here) == ["bad-value", "duplicate-operation-id", "external-ref"]
    [[related]] = [one.related_information for one in found_here if one.related_information]
    assert related.location.uri.endswith("/item.yaml")


def test_diff(tmp_path: Path) -> None:
    """A specification at a revision is compared with its other files as they were then."""
    item = "get: {x-yc-apigateway-integration: {type: dummy, http_code: 200}}\n"
    repository(tmp_path)
    both = item + item.replace("get", "put")
    commit(tmp_path, {"openapi.yaml": f"{HEAD}  /a: {{$ref: item.yaml}}\n", "item.yaml": both})
    (tmp_path / "item.yaml").write_text(item)
    done = run("diff", "HEAD:openapi.yaml", "openapi.yaml", "--format", "line", cwd=tmp_path)
    assert "[operation-removed]" in done.stdout
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("end", ["", "\n"])
def test_comment_at_an_end(end: str, tmp_path: Path) -> None:
    """A comment at the end of a file hides nothing of the file that is read after it."""
    good = DUMMY.replace("dummi", "dummy")
    (tmp_path / "a.yaml").write_text(f"get: {{{good}}}\n# apigw-lint: ignore[bad-value] nothing{end}")
    (tmp_path / "b.yaml").write_text(f"get: {{{DUMMY}}}\n")
    (tmp_path / "openapi.yaml").write_text(f"{HEAD}  /a: {{$ref: a.yaml}}\n  /b: {{$ref: b.yaml}}\n")
    assert {one.rule for one in found_in(tmp_path / "openapi.yaml")} == {"external-ref", "bad-value", "unused-ignore"}
    for words in (("--rule", "bad-value", "--unsafe"), ("--rule", "unused-ignore")):
        assert run("fix", "--no-config", *words, "openapi.yaml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "a.yaml").read_text().rstrip() == f"get: {{{good}}}"
    assert (tmp_path / "b.yaml").read_text() == f"get: {{{good}}}\n"


def test_rules_about_absence() -> None:
    """Every rule that says that something which may be shared is used nowhere needs all specifications that have it."""
    of_first_file = {"unused-variable", "unused-path-parameter"}
    assert {name for name in RULES if name.startswith("unused-")} == ABSENCE | of_first_file


def test_listed() -> None:
    """`--list-files` says how many other files a specification has, and lists those too that can be checked alone."""
    listed = run("check", "--list-files", str(SPLIT / "good"), cwd=SPLIT).stdout.splitlines()
    assert listed == [
        "good/common.yaml: YAML, a fragment (components)",
        "good/openapi.yaml: YAML with 2 other files",
        "good/paths/lot.yaml: YAML, a fragment (path item)",
    ]
