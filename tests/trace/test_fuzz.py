"""No specification and no request makes a trace crash."""

from __future__ import annotations

import json
import random
from copy import deepcopy
from typing import Any

import pytest
import yaml

from apigw_lint.gateway.kinds import WEBSOCKET_EVENTS
from apigw_lint.gateway.spec import Spec
from apigw_lint.inputs import from_text
from apigw_lint.trace.request import Request, request_of
from apigw_lint.trace.shown import FORMATS, Shown, rendered
from apigw_lint.trace.steps import NAMES
from apigw_lint.trace.tracing import trace
from tests.conftest import SHARED
from tests.support import SPECS, read

CORPUS = sorted((SHARED / "corpus").glob("*.*")) if SHARED.is_dir() else []
_VALUES: tuple[Any, ...] = (
    None, True, 0, -1.5, "", "x", "${NAME}", "{id}", "<id>", "${var.stage}", [], {}, [None], {"a": None}, ["a", {}],
    {"$ref": "#/components"}, {"$ref": "#"}, {"$ref": "#/paths"}, {"$ref": 1}, {"*": {}}, "\x1b[0m", "*", "1e999",
)  # fmt: skip
_REQUESTS = (
    {
        "headers": ["Accept: text/html;q=x, */*", "Cookie: a=b; c", "Content-Type: application/json"],
        "body": b'{"a": [1]}',
    },
    {"headers": ["Origin: https://a.example", "Access-Control-Request-Method: PUT", "Authorization: Bearer x"]},
    {"headers": ["Content-Type: text/plain"], "body": b"\xff"},
    {"headers": ["Access-Control-Request-Headers: x, y", "Accept: image/png"], "body": b"{"},
)


def _requests(spec: Spec, rng: random.Random) -> list[Request]:
    """A request for each operation, and one for no path."""
    made = [request_of("GET", "/nowhere")]
    for operation in spec.operations:
        url = operation.path.replace("+}", "/x}").replace("{", "").replace("}", "")
        method = operation.key if len(operation.key) < 8 else rng.choice(("get", "post", "options"))
        event = WEBSOCKET_EVENTS.get(operation.key)
        if url.startswith("/"):
            words: Any = rng.choice(_REQUESTS)
            made.append(request_of(method, url + "?limit=5&limit=x&a=%FF", event=event, **words))
            made.append(request_of("OPTIONS", url, **words))
    return made


def _check(name: str, text: str, rng: random.Random) -> int:
    """Traces requests in the documents of a text, shows each trace, and says how many there were."""
    number = 0
    content = from_text(name, text)
    for tree in content.documents:
        if tree.root is None:
            continue
        spec = Spec(tree, chosen={})
        for request in _requests(spec, rng):
            result = trace(spec, request)
            assert result.steps
            assert {step.name for step in result.steps} <= set(NAMES)
            shown = Shown(content, request, result)
            assert all("\x1b" not in rendered(shown, one) for one in FORMATS[::2])
            json.loads(rendered(shown, "json"))
            number += 1
    return number


@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
def test_fixtures(path: Any) -> None:
    """Every operation of every fixture can be traced."""
    assert _check(path.name, read(path), random.Random(1)) > 1


@pytest.mark.skipif(not CORPUS, reason="the corpus is not here")
def test_corpus() -> None:
    """Every operation of the real specifications can be traced."""
    paths = [path for path in CORPUS if path.suffix != ".tsv"]
    assert sum(_check(path.name, path.read_text("utf-8"), random.Random(2)) for path in paths) > len(paths)


def _places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key in a document."""
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [(value, key) for key in keys] + [place for key in keys for place in _places(value[key])]


@pytest.mark.once
@pytest.mark.parametrize("path", SPECS, ids=lambda path: path.name)
def test_mutations(path: Any) -> None:
    """Values of any shape in any place crash nothing."""
    rng = random.Random(path.name)
    document = json.loads(read(path)) if path.suffix == ".json" else yaml.safe_load(read(path))
    for _ in range(15):
        mutated = deepcopy(document)
        for _ in range(rng.randint(1, 4)):
            container, key = rng.choice(_places(mutated))
            container[key] = deepcopy(rng.choice(_VALUES))
        _check("spec.yaml", json.dumps(mutated), rng)
