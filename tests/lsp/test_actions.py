"""What an editor offers to do about a finding, and what the text is afterwards."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from apigw_lint.fix.text import FixOptions, fix_text
from apigw_lint.rules import RULES
from tests.conftest import FIXTURES
from tests.lsp.client import CAPABILITIES, Client
from tests.support import BAD, RULE_FOLDERS, found, header

SPEC = (FIXTURES / "formats" / "spec.yaml").read_text("utf-8")
SEED = (FIXTURES / "specs" / "websocket-seed.yaml").read_text("utf-8")
CALL = "x-yc-apigateway-integration: {type: cloud_functions, functon_id: d4e0123456789abcdefg}"


def titled(actions: list[dict[str, Any]], title: str) -> dict[str, Any]:
    """The one action with a title."""
    (action,) = [action for action in actions if action["title"] == title]
    return action


def test_fix(client: Client) -> None:
    """A fix is an edit of exactly this version of the text, and tells which finding it repairs."""
    uri = client.open("spec.yaml", SPEC)
    before = client.diagnostics(uri)
    action = titled(client.actions(uri, "functon|_id"), "rename it to 'function_id'")
    assert (action["kind"], action["isPreferred"]) == ("quickfix", False)
    assert action["diagnostics"] == [one for one in before if one["code"] == "unknown-key"]
    client.apply(action["edit"])
    assert client.texts[uri] == SPEC.replace("functon_id", "function_id")
    assert client.diagnostics(uri) == [one for one in before if one["code"] != "unknown-key"]


def test_seed(client: Client) -> None:
    """A block of parameters that is deleted is an error, whose quick fix gives the text as it was."""
    uri = client.open("spec.yaml", SEED)
    assert client.diagnostics(uri) == []
    block = re.search(r" +parameters:\n(?: {8}.*\n)+", SEED)
    assert block
    client.replace(uri, block[0], "")
    (finding,) = client.diagnostics(uri)
    assert finding["code"] == "websocket-parameter"
    action = client.actions(uri, "{X-Yc-Apigateway-|Websocket")[0]
    assert action["isPreferred"] is True
    client.apply(action["edit"])
    assert client.texts[uri] == SEED
    assert client.diagnostics(uri) == []


def test_one_fix_for_one_cause(client: Client) -> None:
    """A finding with several places has one fix for all of them."""
    uri = client.open("spec.yaml", SPEC)
    action = titled(
        client.actions(uri, "{type: |cloud-functions, function_id: <function id>}\n  /скл"),
        "write 'cloud_functions' (2 places)",
    )
    assert action["isPreferred"] is True
    client.apply(action["edit"])
    assert client.texts[uri] == SPEC.replace("cloud-functions", "cloud_functions")


def test_fix_all(client: Client) -> None:
    """All that is safe is repaired at once, line by line, as `fix` does it; where nothing is, nothing is offered."""
    uri = client.open("spec.yaml", SPEC)
    for only in (["source.fixAll"], ["source.fixAll.apigw-lint"], ["source"], [""]):
        (action,) = client.actions(uri, "openapi|: 3", only)
        assert (action["kind"], action["title"]) == ("source.fixAll.apigw-lint", "apigw-lint: fix all that is safe")
    (change,) = action["edit"]["documentChanges"]
    assert [client.covered(uri, edit["range"]).count("\n") for edit in change["edits"]] == [1, 1]
    client.apply(action["edit"])
    assert client.texts[uri] == fix_text("spec.yaml", SPEC).text
    assert client.actions(uri, "openapi|: 3", ["source.fixAll"]) == []
    assert client.actions(uri, "openapi|: 3", ["refactor"]) == []


@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_fixes_of_every_rule(mark: str, shared: Client) -> None:
    """Of each fixture all safe fixes at once give what `fix` gives, whatever its line breaks."""
    for folder in RULE_FOLDERS:
        text = mark + (folder / "bad.yaml").read_text("utf-8").replace("\n", "\r\n")
        uri = shared.open(f"{folder.name}.yaml", text)
        actions = shared.actions(uri, "", ["source.fixAll"])
        for action in actions:
            shared.apply(action["edit"])
        assert shared.texts[uri] == fix_text("spec.yaml", text).text, folder.name
        shared.close(uri)


def test_refused_fix(client: Client) -> None:
    """A fix whose result would be worse is not offered."""
    text = header("paths: {/a: {get: {x-yc-apigateway-integration: {type: dummy, http_code: '999'}}}}\n")
    result = fix_text("spec.yaml", text, options=FixOptions(unsafe=True))
    assert (result.applied, len(result.refused)) == ([], 1)
    uri = client.open("spec.yaml", text)
    titles = [action["title"] for action in client.actions(uri, "'99|9'")]
    assert titles == ["ignore 'wrong-type' here", "explain 'wrong-type'"]


@pytest.mark.parametrize(
    ("before", "place", "rule", "after"),
    [
        (
            header(f"paths:\n  /a:\n    get:\n      {CALL}\n"),
            "funct|on_id",
            "unknown-key",
            header(f"paths:\n  /a:\n    get:\n      {CALL} # apigw-lint: ignore[unknown-key] TODO: say why\n"),
        ),
        (
            header(f"paths:\n  /a:\n    get:\n      {CALL} # apigw-lint: ignore[missing-key] as it is\n"),
            "funct|on_id",
            "unknown-key",
            header(f"paths:\n  /a:\n    get:\n      {CALL} # apigw-lint: ignore[missing-key, unknown-key] as it is\n"),
        ),
        (
            header("paths:\n  /a:\n    get:\n      x-yc-apigateway-integration:\n        type: |\n          dumy\n"),
            "dum|y",
            "bad-value",
            header(
                "paths:\n  /a:\n    get:\n      x-yc-apigateway-integration:\n"
                "        # apigw-lint: ignore[bad-value] TODO: say why\n        type: |\n          dumy\n"
            ),
        ),
        (
            header("paths:\n  /a:\n    get: {x-yc-apigateway-integration: {type: 'du\n        my'}}\n").replace(
                "\n", "\r\n"
            ),
            "{type: '|du",
            "bad-value",
            header(
                "paths:\n  /a:\n    # apigw-lint: ignore[bad-value] TODO: say why\n"
                "    get: {x-yc-apigateway-integration: {type: 'du\n        my'}}\n"
            ).replace("\n", "\r\n"),
        ),
    ],
)
def test_ignore(before: str, place: str, rule: str, after: str, client: Client) -> None:
    """A comment hides this finding and no other one: in one that is there, at the end of the line, or above it."""
    uri = client.open("spec.yaml", before)
    client.apply(titled(client.actions(uri, place), f"ignore '{rule}' here")["edit"])
    assert client.texts[uri] == after


def test_ignore_in_json(client: Client) -> None:
    """JSON has no comments, so the innermost object gets the key, or the rule's name in the one that it has."""
    integration = {"type": "cloud_functions", "functon_id": "d4e0123456789abcdefg", "time": 1}
    paths = {"/a": {"get": {"x-yc-apigateway-integration": integration}}}
    text = json.dumps({"openapi": "3.0.0", "info": {"title": "a", "version": "1"}, "paths": paths}, indent=2)
    uri = client.open("spec.json", text, "json")
    client.apply(titled(client.actions(uri, '"functon|_id"'), "ignore 'unknown-key' here")["edit"])
    client.apply(
        titled(client.actions(uri, '"x-yc-apigateway-integra|tion"'), "ignore 'missing-service-account' here")["edit"]
    )
    written = json.loads(client.texts[uri])
    assert written["paths"]["/a"]["get"]["x-yc-apigateway-integration"]["x-apigw-lint-ignore"] == [
        "unknown-key",
        "missing-service-account",
    ]
    assert {one.rule for one in found(client.texts[uri], "spec.json")} == {
        one.rule for one in found(text, "spec.json")
    } - {
        "unknown-key",
        "missing-service-account",
    }


def test_explanation(client: Client) -> None:
    """The page of a rule is the result of a command, and its summary is shown."""
    uri = client.open("spec.yaml", BAD)
    action = titled(client.actions(uri, "dum|y"), "explain 'bad-value'")
    page = client.request("workspace/executeCommand", action["command"])
    assert page.startswith("bad-value (error or warning)\n")
    (message,) = client.messages
    summary = RULES["bad-value"].summary
    assert message["params"]["message"] == f"bad-value: {summary} ('apigw-lint explain bad-value' tells more)"
    answer = client.answer("workspace/executeCommand", {"command": "apigw-lint.explain", "arguments": ["no"]})
    assert answer["result"] is None
    assert client.messages[-1]["params"]["message"] == "no rule 'no'"


def test_without_versions(tmp_path: Path) -> None:
    """A client that takes no versions of texts gets edits without."""
    with Client(tmp_path, {**CAPABILITIES, "workspace": {}}) as client:
        uri = client.open("spec.yaml", BAD)
        edit = client.actions(uri, "dum|y")[0]["edit"]
        assert list(edit) == ["changes"]
        client.apply(edit)
        assert client.texts[uri] == BAD.replace("dumy", "dummy")


def test_nothing_there(client: Client) -> None:
    """Where no finding is, and in a text that is not open, nothing is offered."""
    uri = client.open("spec.yaml", BAD)
    assert client.actions(uri, "openapi|: 3") == []
    client.close(uri)
    params = client.at(uri, "dum|y")
    params |= {"range": {"start": params["position"], "end": params["position"]}, "context": {"diagnostics": []}}
    assert client.request("textDocument/codeAction", params) is None
