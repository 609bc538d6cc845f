"""An editor shows what `check` shows, to the column, while somebody types."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("pygls")

from apigw_lint import inputs
from apigw_lint.config import Config
from apigw_lint.configfile import NAMES
from apigw_lint.lsp.analysis import Text, analyse
from apigw_lint.lsp.diagnostics import diagnostics
from apigw_lint.lsp.settings import Settings
from tests.conftest import FIXTURES
from tests.lsp.client import CAPABILITIES, Client
from tests.support import BAD, GOOD, OTHER, RULE_FOLDERS, header, run

FILES = sorted(
    path
    for path in [*(path for folder in RULE_FOLDERS for path in folder.iterdir()), *(FIXTURES / "syntax").iterdir()]
    if path.suffix in (".yaml", ".json", ".tf", ".tpl", ".j2") and ".fixed." not in path.name
)
SEVERITIES = ["error", "warning", "info"]
HEREDOC = 'resource "yandex_api_gateway" "a" {{\n  name = "ж😀"\n  spec = <<-EOT\n{}  EOT\n}}\n'


def shown(client: Client, uri: str, found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """Diagnostics as they can be compared: rule, severity, offsets, message, and those of related places."""
    return [
        (
            one["code"],
            SEVERITIES[one["severity"] - 1],
            *client.span(uri, one["range"]),
            one["message"],
            one.get("codeDescription", {}).get("href", ""),
            [
                (client.span(uri, place["location"]["range"]), place["message"])
                for place in one.get("relatedInformation", [])
            ],
        )
        for one in found
    ]


def checked(text: str, found: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """The findings of a JSON report in the same form."""
    starts = [0, *(match.end() for match in re.finditer(r"\r\n|\r|\n", text))]
    has_mark = text.startswith("\ufeff")

    def offset(line: int, column: int) -> int:
        return starts[line - 1] + column - 1 + (has_mark and line == 1)

    def span(one: dict[str, Any]) -> tuple[int, int]:
        return offset(one["line"], one["column"]), offset(one["endLine"], one["endColumn"])

    return [
        (
            one["rule"],
            one["severity"],
            *span(one),
            one["message"],
            one["url"],
            [(span(place), place["message"]) for place in one["related"]],
        )
        for one in found
    ]


@pytest.fixture(scope="module")
def reports() -> dict[str, list[dict[str, Any]]]:
    """The findings of `check` in each fixture."""
    done = run("check", "--no-config", "--format", "json", ".", cwd=FIXTURES)
    found: dict[str, list[dict[str, Any]]] = {}
    for one in json.loads(done.stdout)["diagnostics"]:
        found.setdefault(one["path"], []).append(one)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-32"])
def test_same_as_check(encoding: str, reports: dict[str, list[dict[str, Any]]], tmp_path: Path) -> None:
    """Every fixture has the same findings at the same places, in each encoding of positions."""
    differing = []
    with Client(FIXTURES, encoding=encoding) as client:
        assert client.encoding == encoding
        for path in FILES:
            text = path.read_bytes().decode(errors="replace")
            if "\ufffd" in text:
                continue
            name = path.relative_to(FIXTURES).as_posix()
            uri = client.open(name, text)
            if shown(client, uri, client.diagnostics(uri)) != checked(text, reports.get(name, [])):
                differing.append(name)
            client.close(uri)
    assert differing == []
    assert len(FILES) > 300


def test_texts_of_every_kind(client: Client) -> None:
    """Templates, heredocs, JSON, texts with a byte order mark, CRLF or CR, and one that is not saved yet."""
    json_text = json.dumps(
        {"openapi": "3.0.0", "info": {"title": "😀", "version": "1"}, "x-yc-apigateway": {"servic": 1}}
    )
    indented = "".join(f"    {line}" for line in BAD.splitlines(keepends=True))
    kinds = [
        ("spec.yaml", BAD, "dumy"),
        ("mark.yaml", "\ufeff" + BAD, "dumy"),
        ("mark.json", "\ufeff" + json_text, '"servic"'),
        ("crlf.yaml", BAD.replace("\n", "\r\n"), "dumy"),
        ("cr.yml", BAD.replace("\n", "\r"), "dumy"),
        ("spec.yaml.tpl", BAD.replace("API", "${title}"), "dumy"),
        ("spec.json", json_text, '"servic"'),
        ("main.tf", HEREDOC.format(indented), "dumy"),
        ("untitled:Untitled-1", BAD, "dumy"),
    ]
    for name, text, covered in kinds:
        uri = client.open(name, text)
        assert covered in [client.covered(uri, one["range"]) for one in client.diagnostics(uri)], name
    for name, text, language in (
        ("untitled:2", HEREDOC.format(indented), "terraform"),
        ("untitled:3", json_text, "json"),
    ):
        uri = client.open(name, text, language)
        assert len(client.diagnostics(uri)) >= 1, name


def test_hosts_that_are_opted_in_to(tmp_path: Path) -> None:
    """Markdown and scripts have diagnostics, at their places in the file, only if the configuration says so."""
    texts = {"a.md": f"# 😀\n\n```yaml\n{BAD}```\n", "b.sh": f"cat <<END\n{BAD}END\n"}
    for keys, expected in (("", []), ("markdown: true\nshell: true\n", ["dumy"])):
        (tmp_path / ".apigw-lint.yaml").write_text(keys)
        with Client(tmp_path) as client:
            for name, text in texts.items():
                uri = client.open(name, text)
                assert [client.covered(uri, one["range"]) for one in client.diagnostics(uri)] == expected, name


def test_encoding_that_is_not_agreed_on(tmp_path: Path) -> None:
    """A client that says nothing of encodings has UTF-16, as the protocol says."""
    with Client(tmp_path, encoding=None) as client:
        assert client.encoding == "utf-16"
        uri = client.open("spec.yaml", BAD.replace("API", "😀"))
        assert client.covered(uri, client.diagnostics(uri)[0]["range"]) == "dumy"


def test_what_is_none(client: Client) -> None:
    """What is no specification of the gateway has no diagnostics, whatever it is."""
    plain = GOOD.replace("x-yc-apigateway-integration", "x-other")
    for name, text in (
        ("a.yaml", OTHER),
        ("b.yaml", plain),
        ("c.yaml", ""),
        ("d.tf", "locals {}\n"),
        ("e.sh", BAD),
        ("f.yaml", "{"),
    ):
        uri = client.open(name, text)
        assert client.diagnostics(uri) == [], name
    client.replace(uri, "{", BAD)
    assert [one["code"] for one in client.diagnostics(uri)] == ["bad-value"]


def test_everything_about_one(client: Client) -> None:
    """A diagnostic has its page, its tags, the places that have the same cause, and none of the secrets."""
    uri = client.open("spec.yaml", (FIXTURES / "formats" / "spec.yaml").read_text("utf-8"))
    by_rule = {one["code"]: one for one in client.diagnostics(uri)}
    unknown, legacy, unused = (by_rule[name] for name in ("unknown-key", "legacy-spelling", "unused-authorizer"))
    assert unknown["source"] == "apigw-lint"
    assert unknown["codeDescription"]["href"].startswith("https://yandex.cloud/en/docs/api-gateway/")
    assert "tags" not in unknown
    assert (legacy["tags"], unused["tags"]) == ([2], [1])
    (place,) = legacy["relatedInformation"]
    assert (place["message"], place["location"]["uri"]) == ("also here", uri)
    assert client.covered(uri, place["location"]["range"]) == "cloud-functions"

    secret = "m4Kx7PqW2vRt9YbN"
    call = f"{{type: http, url: 'https://a.example.com', headers: {{Authorization: Bearer {secret}}}, metod: {secret}}}"
    uri = client.open("b.yaml", header(f"paths: {{/a: {{get: {{x-yc-apigateway-integration: {call}}}}}}}\n"))
    found = client.diagnostics(uri)
    assert "hardcoded-secret" in {one["code"] for one in found}
    assert secret not in json.dumps([found, client.actions(uri, "met|od")])


def test_only_the_latest_version(client: Client) -> None:
    """While somebody types, a version that is overtaken is left out, and the last one is right."""
    uri = client.open("spec.yaml", GOOD)
    client.diagnostics(uri)
    for letter in "abcdefghijklmnopqrstuvwxyz":
        client.replace(uri, "dummy", f"dummy{letter}")
        client.replace(uri, f"dummy{letter}", "dummy")
    client.replace(uri, "dummy", "dumy")
    (found,) = client.diagnostics(uri)
    assert found["message"] == "'dumy' is not a valid value of 'type', did you mean 'dummy'?"
    assert len(client.published[uri]) == 1


def test_half_written(client: Client) -> None:
    """Every beginning of a text can be shown, and the server says nothing of errors of its own."""
    whole = (FIXTURES / "formats" / "spec.yaml").read_text("utf-8")
    uri = client.open("spec.yaml", "")
    for start in range(0, len(whole), 40):
        client.change(uri, len(client.texts[uri]), len(client.texts[uri]), whole[start : start + 40])
        client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
    assert shown(client, uri, client.diagnostics(uri))
    assert [message["method"] for message in client.messages if "id" not in message] == []


def test_pulled(tmp_path: Path) -> None:
    """A client that asks for diagnostics gets them as an answer, and none twice."""
    of_texts = {**CAPABILITIES["textDocument"], "diagnostic": {}}
    with Client(tmp_path, {**CAPABILITIES, "textDocument": of_texts}) as client:
        uri = client.open("spec.yaml", BAD)
        for _ in range(2):
            report = client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})
            assert (report["kind"], [one["code"] for one in report["items"]]) == ("full", ["bad-value"])
        client.replace(uri, "dumy", "dummy")
        assert client.request("textDocument/diagnostic", {"textDocument": {"uri": uri}})["items"] == []
        assert client.published == {}


def test_closed(client: Client) -> None:
    """A text that is closed has no diagnostics any more, and one that is opened again has them."""
    uri = client.open("spec.yaml", BAD)
    assert len(client.diagnostics(uri)) == 1
    client.close(uri)
    assert client.wait_for_diagnostics(uri, None) == []
    client.open("spec.yaml", BAD)
    assert len(client.diagnostics(uri)) == 1


@pytest.mark.parametrize("name", NAMES)
def test_configuration(name: str, client: Client) -> None:
    """The configuration of a file counts, and is read again when it has changed, or is there or gone."""
    uri = client.open("api/spec.yaml", BAD)
    (client.root / ".git").mkdir()
    assert client.diagnostics(uri)[0]["severity"] == 1
    for text, expected in (
        ("rules: {bad-value: info}\n", [3]),
        ("rules: {bad-value: 'off'}\n", []),
        ("exclude: [api]\n", []),
    ):
        (client.root / name).write_text(text)
        client.notify("workspace/didChangeWatchedFiles", {"changes": [{"uri": client.uri(name), "type": 2}]})
        client.change(uri, 0, 0, "# a change\n")
        assert [one["severity"] for one in client.diagnostics(uri)] == expected
    (client.root / name).unlink()
    client.change(uri, 0, 0, "# a change\n")
    assert [one["severity"] for one in client.diagnostics(uri)] == [1]


def test_mistake_in_the_configuration(client: Client) -> None:
    """It is shown in the configuration, and until it is repaired the last one that was right counts."""
    path = client.root / ".apigw-lint.yaml"
    config = client.uri(path.name)
    path.write_text("rules: {bad-value: info}\n")
    uri = client.open("spec.yaml", BAD)
    assert client.diagnostics(uri)[0]["severity"] == 3
    path.write_text("ruls: {bad-value: 'off'}\n")
    client.change(uri, 0, 0, "#\n")
    assert client.diagnostics(uri)[0]["severity"] == 3
    (found,) = client.wait_for_diagnostics(config, None)
    assert found["message"].startswith("unknown key 'ruls' in configuration, did you mean 'rules'?")
    assert found["range"] == {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 4}}

    client.open(".apigw-lint.yaml", path.read_text())
    assert client.diagnostics(config)[0]["message"] == found["message"]
    client.replace(config, "ruls", "rules")
    assert client.diagnostics(config) == []
    path.write_text(client.texts[config])
    client.published.clear()
    client.notify("textDocument/didSave", {"textDocument": {"uri": config}})
    assert client.wait_for_diagnostics(uri, 2) == []


def test_mistaken_configuration_that_goes_away(client: Client) -> None:
    """What is wrong in a configuration is taken back when the file is deleted, or its last text is closed."""
    path = client.root / ".apigw-lint.yaml"
    config = client.uri(path.name)
    uri = client.open("spec.yaml", BAD)
    for number in range(2):
        path.write_text(f"ruls{number}: {{}}\n")
        client.change(uri, 0, 0, "#\n")
        client.diagnostics(uri)
        assert len(client.wait_for_diagnostics(config, None)) == 1
        client.published.clear()
        if number:
            client.close(uri)
        else:
            path.unlink()
            client.change(uri, 0, 0, "#\n")
        assert client.wait_for_diagnostics(config, None) == []
        client.published.clear()


def test_ignores_and_baseline(client: Client) -> None:
    """What a comment ignores or the baseline knows is not shown; a baseline that is written anew counts at once."""
    (client.root / ".apigw-lint.yaml").write_text("baseline: known.jsonl\n")
    (client.root / "known.jsonl").write_text('{"apigw-lint-baseline": 1}\n')
    (client.root / "spec.yaml").write_text(BAD)
    uri = client.open("spec.yaml", BAD)
    assert len(client.diagnostics(uri)) == 1
    run("check", "--write-baseline", "known.jsonl", ".", cwd=client.root)
    client.change(uri, 0, 0, "#\n")
    assert client.diagnostics(uri) == []
    client.replace(uri, "API", "API\n  titel: 1")
    client.replace(uri, "titel: 1", "{")
    assert [one["code"] for one in client.diagnostics(uri)] == ["syntax"]
    uri = client.open("other.yaml", BAD.replace("\npaths", "\n# apigw-lint: ignore[bad-value] because\npaths"))
    assert client.diagnostics(uri) == []


def test_fault_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """A text that cannot be analysed because of a fault of ours has that as its finding."""

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("because")

    monkeypatch.setattr(inputs, "from_file", fail)
    (found,) = diagnostics(analyse(Text("file:///spec.yaml", "/spec.yaml", BAD), Settings(Config())))
    assert (found.code, found.message) == ("crash", "failed with RuntimeError: because; please report it")
