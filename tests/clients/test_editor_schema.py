"""The schema for editors in their servers: no error in clean files, errors in bad ones, completion and hover."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from apigw_lint import Diagnostic, lint
from apigw_lint.gateway.schemas import path_of, steps_of
from apigw_lint.rules import RULES
from apigw_lint.rules.schema_keywords import KEYWORDS_OF
from apigw_lint.source.text import PLAIN
from apigw_lint.source.tree import Node, Tree
from tests.blocks import block
from tests.clients import environment, require, require_file, run
from tests.clients.language_server import LanguageServer
from tests.conftest import FIXTURES
from tests.support import EVERYTHING, GOOD, GOOD_FILES, RULE_FOLDERS, SPECS, read, underlined
from tests.twins import json_twin, parsed

pytestmark = pytest.mark.once
MODULES = Path(__file__).parent / "node" / "node_modules"
YAML_SERVER = MODULES / "yaml-language-server" / "bin" / "yaml-language-server"
SCHEMA = Path(path_of("editor")).as_uri()

SEEN = (
    *(rule for rule in KEYWORDS_OF if rule not in ("leftover-placeholder", "ambiguous-scalar")),
    *("unknown-extension", "misplaced-extension", "legacy-spelling"),
)
"""The rules whose findings a schema can see.

What was forgotten to fill in is valid in a schema, like all that is filled in later, and an editor knows one YAML.
"""
LATER_KEYWORDS = {
    ("unknown-key", key): "a key of a schema may be of a later JSON Schema"
    for key in ("requred", "aditionalProperties", "minLenght", "nullabel")
}
NOT_SEEN_IN_YAML = {
    **LATER_KEYWORDS,
    ("bad-value", "20"): "the server takes a number for no key that a pattern judges",
    ("bad-value", "600"): "the server takes a number for no key that a pattern judges",
}
NOT_SEEN_IN_JSON = {
    **LATER_KEYWORDS,
    ("wrong-type", "yes"): "a boolean of YAML 1.1 is text in JSON",
    ("wrong-type", "on"): "a boolean of YAML 1.1 is text in JSON",
}
FALSE_IN_YAML = {
    ("missing-key/good.yaml", 13): "the server lets a merged key replace the object's own",
    ("malformed-url/good-placeholders.yaml", 34): "the value of a tag of another tool is text",
    ("wrong-type/good.yaml", 35): "the value of a tag of another tool is text",
    ("wrong-type/good.yaml", 21): "the server reads 0x10 as a number where a string is due",
}
"""Errors in clean files, by file and line, and why."""


class Judged(NamedTuple):
    """A document, what the linter says about it, and the lines where an editor has errors."""

    name: str
    tree: Tree
    found: list[Diagnostic]
    ignored: list[Diagnostic]
    lines: set[int]


def judged(name: str, text: str, errors: list[Any]) -> Judged:
    report = lint("spec.json" if text.startswith("{") else "spec.yaml", text, EVERYTHING)
    lines = {error["range"]["start"]["line"] + 1 for error in errors}
    return Judged(name, parsed(text), list(report.found), [one.diagnostic for one in report.ignored], lines)


def lines_of(one: Diagnostic, tree: Tree) -> set[int]:
    """The lines where an editor may report what the linter finds: it underlines whole objects, and values, not keys."""
    lines = {one.source.position(one.span.start)[0]}
    node = node_at(tree, one.pointer)
    if node is not None:
        owners = [node, node.parent] if "exclude each other" in one.message else [node]
        lines |= {tree.source.position(owner.value_span.start)[0] for owner in owners if owner}
    return lines


def node_at(tree: Tree, pointer: str) -> Node | None:
    node = tree.root
    for step in steps_of(pointer):
        node = node.get(int(step) if isinstance(node.value, list) else step) if node else None
    return node


def wrong_lines(documents: list[Judged]) -> set[tuple[str, int]]:
    """The lines with errors in which the linter finds nothing of the kind."""
    wrong = set()
    for document in documents:
        found = [one for one in (*document.found, *document.ignored) if one.rule in (*SEEN, *KEYWORDS_OF)]
        allowed = [lines_of(one, document.tree) for one in found]
        wrong |= {(document.name, line) for line in document.lines.difference(*allowed)}
    return wrong


def unseen(documents: list[Judged]) -> set[tuple[str, str]]:
    """The findings of rules that a schema can see where an editor has no error: the rules, and what they underline."""
    return {
        (one.rule, underlined(one).strip('"'))
        for document in documents
        for one in document.found
        if one.rule in SEEN and one.rule == document.name.partition("/")[0]
        if not lines_of(one, document.tree) & document.lines
    }


def is_plain(path: Path) -> bool:
    """Whether a fixture is YAML, and no template."""
    return parsed(read(path)).style == PLAIN and not parsed(read(path)).syntax_errors


CLEAN = [path for path in (*GOOD_FILES, *sorted((FIXTURES / "clean").iterdir()), *SPECS) if is_plain(path)]
BAD = [folder / "bad.yaml" for folder in RULE_FOLDERS if folder.name in SEEN]
OTHERS = [folder / "bad.yaml" for folder in RULE_FOLDERS if folder.name not in SEEN and is_plain(folder / "bad.yaml")]


def short(path: Path) -> str:
    return f"{path.parent.name}/{path.name}"


def at_mark(text: str) -> tuple[str, int]:
    """A text without the `|` in it, and where that was."""
    return text.replace("|", "", 1), text.index("|")


Server = Callable[..., LanguageServer]


@pytest.fixture
def yaml_server(tmp_path: Path) -> Iterator[Server]:
    """Starts the YAML language server with the value of its setting `yaml.schemas`."""
    with ExitStack() as stack:

        def start(schemas: dict[str, Any]) -> LanguageServer:
            settings = {"schemas": schemas, "schemaStore": {"enable": False}, **dict.fromkeys(FEATURES, True)}
            command = require("node"), require_file(YAML_SERVER), "--stdio"
            server = LanguageServer(command, env=environment(tmp_path), settings={"yaml": settings})
            return stack.enter_context(server)

        yield start


FEATURES = ("validate", "completion", "hover")


def help_in_yaml(server: LanguageServer, text: str) -> tuple[dict[str, Any], str]:
    """The completions at the `|` of a text by their labels, and what is said there."""
    text, offset = at_mark(text)
    uri = f"file:///{len(text)}-{offset}.yaml"
    server.open(uri, text)
    server.diagnostics(uri)
    line, column = text.count("\n", 0, offset), offset - text.rfind("\n", 0, offset) - 1
    items = server.at("textDocument/completion", uri, line, column)["items"]
    hover = server.at("textDocument/hover", uri, line, column)
    return {item["label"]: item for item in items}, hover["contents"]["value"] if hover else ""


Ask = Callable[..., list[Any]]


@pytest.fixture
def json_service(tmp_path: Path) -> Ask:
    """Asks the service of VS Code questions about JSON documents; schemas are as in its setting `json.schemas`."""
    node, script = require("node"), Path(__file__).parent / "node" / "json_service.js"
    require_file(MODULES / "vscode-json-languageservice")

    def ask(questions: list[dict[str, Any]], schemas: Sequence[dict[str, Any]] = (EVERYWHERE,)) -> list[Any]:
        configured = [{"uri": schema["url"], "fileMatch": schema["fileMatch"]} for schema in schemas]
        data = json.dumps({"schemas": configured, "questions": [{"uri": "file:///a.json", **one} for one in questions]})
        answers: list[Any] = json.loads(run([node, script], cwd=tmp_path, env=environment(tmp_path), stdin=data).stdout)
        return answers

    return ask


EVERYWHERE = {"fileMatch": ["*"], "url": SCHEMA}


def help_in_json(ask: Ask, text: str) -> tuple[dict[str, Any], str]:
    """The completions at the `|` of a text by their labels, and what is said there."""
    text, offset = at_mark(text)
    (answer,) = ask([{"text": text, "offset": offset}])
    said = answer["hover"]["contents"] if answer["hover"] else []
    return {item["label"]: item for item in answer["completion"]}, "\n".join(said)


def test_yaml_files(yaml_server: Server) -> None:
    """Clean files have no errors, and of bad ones each finding that a schema can see has an error in its place."""
    server = yaml_server({SCHEMA: ["*.yaml", "*.json"]})
    paths = [*CLEAN, *OTHERS, *BAD]
    for path in paths:
        server.open(path.as_uri(), read(path))
    errors = {path: [one for one in server.diagnostics(path.as_uri()) if one["source"] != "YAML"] for path in paths}
    documents = {path: judged(short(path), read(path), errors[path]) for path in paths}
    assert wrong_lines([documents[path] for path in CLEAN + OTHERS]) == FALSE_IN_YAML.keys()
    assert unseen([documents[path] for path in BAD]) == NOT_SEEN_IN_YAML.keys()


def test_json_files(json_service: Ask) -> None:
    """The same holds for the same files in JSON."""
    twins = {path: twin for path in CLEAN + OTHERS + BAD if (twin := json_twin(path, 1))}
    assert len(twins) > 350
    answers = json_service([{"text": twin} for twin in twins.values()])
    documents = {path: judged(short(path), twins[path], answer) for path, answer in zip(twins, answers, strict=True)}
    assert wrong_lines([document for path, document in documents.items() if path not in BAD]) == set()
    assert unseen([document for path, document in documents.items() if path in BAD]) == NOT_SEEN_IN_JSON.keys()


def test_claims() -> None:
    """What is said about rules is about rules that there are, and each that a schema can see has a fixture."""
    assert set(SEEN) <= RULES.keys()
    assert {path.parent.name for path in BAD} == set(SEEN)


PATHS = "openapi: 3.0.0\ninfo: {title: API, version: 1.0.0}\npaths:\n  /a:\n    get:\n"
INTEGRATION = PATHS + "      x-yc-apigateway-integration:\n"
TYPES = (
    *("dummy", "cloud_functions", "serverless_containers", "http", "object_storage", "cloud_datasphere"),
    *("cloud_datastreams", "cloud_ymq", "cloud_ydb", "swagger"),
)


def test_completion_in_yaml(yaml_server: Server) -> None:
    """Offered are integrations as a whole, the keys of the type that is there, values; and no old spellings."""
    server = yaml_server({SCHEMA: ["*.yaml"]})
    wholes, _ = help_in_yaml(server, INTEGRATION + "        |\n")
    assert wholes.keys() == {"type", *(f"{name} integration" for name in TYPES)}
    assert wholes["object_storage integration"]["insertText"] == "type: object_storage\nbucket: $1\nobject: $2"
    assert wholes["dummy integration"]["insertText"] == "type: dummy\nhttp_code: ${1:200}"
    keys, _ = help_in_yaml(server, INTEGRATION + "        type: cloud_functions\n        |\n")
    assert keys.keys() == {"function_id", "tag", "payload_format_version", "context", "service_account_id"}
    values, _ = help_in_yaml(server, INTEGRATION + "        type: |\n")
    assert values.keys() == set(TYPES)
    assert values["http"]["documentation"]["value"] == "Forwards the request to a URL."
    operation, _ = help_in_yaml(server, PATHS + "      |\n")
    assert "type: cloud_functions\n" in operation["operation with an integration"]["insertText"]
    assert operation["x-yc-apigateway-integration"]["insertText"] == "x-yc-apigateway-integration:\n  "


def test_hover_in_yaml(yaml_server: Server) -> None:
    """What is said of a key is its description as it was written, with a link."""
    server = yaml_server({SCHEMA: ["*.yaml"]})
    _, said = help_in_yaml(server, INTEGRATION + "        type: cloud_functions\n        func|tion_id: ${FUNCTION}\n")
    assert "Id of the function to call. Parameters are not substituted here.\n" in said
    assert "[Documentation](https://yandex.cloud/en/docs/api-gateway/concepts/extensions/cloud-functions)" in said
    _, said = help_in_yaml(server, INTEGRATION + "        ty|pe: cloud_functions\n        function_id: a\n")
    assert "* `http`: Forwards the request to a URL." in said
    assert "cloud-functions`" not in said


def in_json(integration: str) -> str:
    head = '{"openapi": "3.0.0", "info": {"title": "API", "version": "1"}, "paths": {"/a": {"get": {'
    return f'{head}"x-yc-apigateway-integration": {integration}}}}}}}}}'


def test_completion_in_json(json_service: Ask) -> None:
    """The same is offered in JSON."""
    wholes, _ = help_in_json(json_service, in_json("|"))
    assert {f"{name} integration" for name in TYPES} <= wholes.keys()
    keys, _ = help_in_json(json_service, in_json('{"type": "http", |}'))
    assert {"url", "method", "headers"} <= keys.keys()
    assert "service_account" not in keys
    values, _ = help_in_json(json_service, in_json('{"type": |}'))
    assert values.keys() == {json.dumps(name) for name in TYPES}


def test_hover_in_json(json_service: Ask) -> None:
    """What is said of a key in JSON has the link too."""
    _, said = help_in_json(json_service, in_json('{"type": "http", "u|rl": "https://example.com"}'))
    assert said.startswith("URL to call, reachable from the internet")
    assert "[Documentation](https://yandex.cloud/en/docs/api-gateway/concepts/extensions/http)" in said


def test_old_spellings(yaml_server: Server, json_service: Ask) -> None:
    """An old spelling is marked with the new one."""
    server = yaml_server({SCHEMA: ["*.yaml"]})
    server.open("file:///a.yaml", INTEGRATION + "        {type: cloud-functions, function_id: a, service_account: b}\n")
    messages = {one["message"] for one in server.diagnostics("file:///a.yaml")}
    text = in_json('{"type": "cloud-functions", "function_id": "a", "service_account": "b"}')
    (answer,) = json_service([{"text": text}])
    assert messages == {one["message"] for one in answer}
    assert messages == {"Old spelling: write 'cloud_functions'.", "Old spelling: write 'service_account_id'."}


BAD_JSON = in_json('{"type": "swagger", "url": "a"}')


def test_first_line(yaml_server: Server, tmp_path: Path) -> None:
    """The first line in docs/editors.md binds the schema, with its path or with the path of a copy."""
    line = block("docs/editors.md", "Completion from JSON Schemas", "yaml")
    shutil.copy(path_of("editor"), tmp_path / "editor.json")
    server = yaml_server({})
    for number, place in enumerate((path_of("editor"), "./editor.json")):
        uri = (tmp_path / f"{number}.yaml").as_uri()
        server.open(uri, line.replace("/path/to/editor.json", place) + GOOD.replace("dummy", "dumy"))
        (error,) = server.diagnostics(uri)
        assert error["message"].startswith("Value is not accepted.")


def test_settings(yaml_server: Server, json_service: Ask) -> None:
    """The settings of VS Code in docs/editors.md bind the schema to the files of a folder."""
    settings = json.loads(
        block("docs/editors.md", "Completion from JSON Schemas", "json").replace(
            "/path/to/editor.json", Path(path_of("editor")).as_posix()
        )
    )
    server = yaml_server(settings["yaml.schemas"])
    for name in ("api/a.yaml", "other/a.yaml"):
        server.open(f"file:///project/{name}", GOOD.replace("dummy", "dumy"))
    assert len(server.diagnostics("file:///project/api/a.yaml")) == 1
    assert server.diagnostics("file:///project/other/a.yaml") == []
    questions = [{"uri": f"file:///project/{folder}/a.json", "text": BAD_JSON} for folder in ("api", "other")]
    answers = json_service(questions, schemas=settings["json.schemas"])
    assert [len(answer) for answer in answers] == [1, 0]


def test_schema_in_a_json_document(json_service: Ask, tmp_path: Path) -> None:
    """A document in JSON binds the schema itself, and that is no error."""
    shutil.copy(path_of("editor"), tmp_path / "editor.json")
    text = BAD_JSON.replace("{", '{"$schema": "./editor.json", ', 1)
    (answer,) = json_service([{"uri": (tmp_path / "a.json").as_uri(), "text": text}], schemas=[])
    assert [one["message"] for one in answer] == ["Property url is not allowed."]
