"""Owns what an integration is called with for one request, and what a `dummy` answers.

Source: the pages of the integrations at https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from apigw_lint.bounds import MAX_TRACED
from apigw_lint.gateway.accounts import ACCOUNT_KEYS, account_of
from apigw_lint.gateway.schemas import fields_of, required_fields_of
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import SUBSTITUTED_FIELDS, content_type, integration_type, is_code
from apigw_lint.gateway.targets import DEFAULTS
from apigw_lint.gateway.websocket import is_header
from apigw_lint.gateway.words import account_words
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spelling import listed
from apigw_lint.trace.dummies import ANY, choice
from apigw_lint.trace.filling import Filling
from apigw_lint.trace.mappings import first_mapping_of
from apigw_lint.trace.request import Request
from apigw_lint.trace.steps import Status, Step, place_of

Details = Iterator[tuple[str, str]]
_CONTEXT_HEADER = "X-Yc-ApiGateway-Operation-Context"
_UNSENT = {"headers": "no header of the request is sent but User-Agent", "query": "no query is sent"}
_HOW = {
    "cloud_functions": "the function is called",
    "serverless_containers": "the container is called",
    "http": "the backend is called",
    "object_storage": "the object is read",
    "cloud_datasphere": "the DataSphere node is called",
    "cloud_datastreams": "a record is put into the stream",
    "cloud_ymq": "a message is sent to the queue",
    "cloud_ydb": "the table is asked",
    "swagger": "Swagger UI is shown",
    "dummy": "the gateway answers itself",
}


def integration_steps(spec: Spec, integration: Node, request: Request, filling: Filling) -> Iterator[Step]:
    """What an integration is called with, and notes about what is open in that.

    The first step is open if it is not known what is called.
    """
    kind = integration_type(integration)
    if kind not in _HOW:
        text = "the type of the integration is missing or not known"
        yield Step("integration", Status.OPEN, text, place_of(integration))
        return
    details: Details = iter(())
    if kind == "http":
        details = _http(integration, request, filling)
    elif kind != "dummy":
        details = _fields(kind, integration, filling)
    found = [*details, *_added_headers(kind, integration, request)][:MAX_TRACED]
    account = account_of(spec, integration)
    if account is not None:
        found.append(("service account", account_words(account)))
    text = f"{kind}: {_HOW[kind]}"
    missing = [field for field in required_fields_of(kind) if integration.get(field) is None]
    if missing:
        text += f", but {listed(missing, 'and')} {'is' if len(missing) == 1 else 'are'} missing"
    status = Status.OPEN if missing else Status.OK
    yield Step("integration", status, text, place_of(integration), tuple(found))
    if kind == "cloud_functions" and request.event:
        text = "the function gets what the headers of the event say in 'requestContext'"
        yield Step("integration", Status.INFO, text, place_of(integration))
    for name, sent in _UNSENT.items() if kind == "http" else ():
        if spec.lacks(integration, name):
            yield Step("integration", Status.INFO, f"{sent}: the integration has no '{name}'", place_of(integration))
    yield from filling.notes("integration") if kind != "dummy" else ()


def _added_headers(kind: str, integration: Node, request: Request) -> Details:
    """The headers that a container gets of the gateway."""
    if kind != "serverless_containers":
        return
    if integration.get("context") is not None:
        yield f"header {_CONTEXT_HEADER}", "the context as base64"
    if request.event:
        yield from ((f"header {name}", value) for name, value in request.headers if is_header(name))


def _fields(kind: str, integration: Node, filling: Filling) -> Details:
    """The fields of an integration but its account, with defaults."""
    for name, node in integration.items():
        if name == "type" or name in ACCOUNT_KEYS or name not in fields_of(kind):
            continue
        is_substituted = name in SUBSTITUTED_FIELDS.get(kind, ())
        if name == "error_object" and isinstance(node.value, Mapping):
            for key, child in node.items():
                yield f"{name} {key}", filling.text(child, is_substituted=key == "object")
        elif isinstance(node.value, (Mapping, Sequence)):
            yield name, json.dumps(filling.data(node), ensure_ascii=False) if is_substituted else "as it is written"
        else:
            yield name, filling.text(node, is_substituted=is_substituted)
    for name, default in DEFAULTS.get(kind, ()):
        if integration.get(name) is None:
            yield name, f"{default} (the default)"


def _http(integration: Node, request: Request, filling: Filling) -> Details:
    url, method = integration.get("url"), integration.get("method")
    if url is not None:
        yield "url", filling.text(url, is_url=True)
    is_event = method is None and request.event
    yield "method", filling.text(method, is_substituted=False) if method else "open" if is_event else request.method
    drops = (integration.descend("omitEmptyHeaders"), integration.descend("omitEmptyQueryParameters"))
    drops_headers, drops_query = (node is not None and node.value is True for node in drops)
    for name, value in _sent(integration.get("headers"), request.headers, filling, drops_headers, has_case=False):
        yield f"header {name}", value
    headers = integration.get("headers")
    if request.event and not (headers and isinstance(headers.value, Mapping) and ANY in headers.value):
        yield from ((f"header {name}", value) for name, value in request.headers if is_header(name))
    for name, value in _sent(integration.get("query"), request.query, filling, drops_query, has_case=True):
        yield f"query {name}", value


def _sent(
    owner: Node | None, given: tuple[tuple[str, str], ...], filling: Filling, drops: bool, *, has_case: bool
) -> Details:
    """The headers or the query that a backend gets."""
    if owner is None or not isinstance(owner.value, Mapping):
        return
    own = {key if has_case else key.lower() for key in owner.value}
    if ANY in owner.value:
        yield from ((name, value) for name, value in given if (name if has_case else name.lower()) not in own)
    for name, node in owner.items():
        if name == ANY:
            continue
        texts = [filling.text(item) if item.value is not None else "" for item in _items(node)]
        value = ",".join(texts)
        if not (drops and not value):
            yield name, value


def _items(node: Node) -> list[Node]:
    if isinstance(node.value, Sequence):
        return [Node.entry(node.tree, node.value, number) for number in range(len(node.value))]
    return [node]


def answer_steps(
    spec: Spec, operation: Node, integration: Node, request: Request, filling: Filling, *, is_event: bool
) -> Iterator[Step]:
    """The answer of a `dummy`, and the status that is sent instead of the integration's."""
    responses = operation.get("responses")
    if integration_type(integration) != "dummy":
        for status, response in responses.items() if responses else ():
            if mapped := _mapped(spec, response):
                text = f"if the integration answers {status}, the status {mapped} is sent instead"
                yield Step("answer", Status.INFO, text, place_of(response))
            yield from _mapped_body(spec, response, f"of an answer {status} ")
        return
    code = integration.get("http_code")
    status = filling.text(code, is_substituted=False) if code is not None else ""
    content = integration.get("content")
    details: list[tuple[str, str]] = []
    headers = integration.get("http_headers")
    for name, header in headers.items() if headers else ():
        details.append((f"header {name}", ",".join(map(filling.text, _items(header)))))
    others: tuple[str, ...] = ()
    is_refused = False
    if content is not None and isinstance(content.value, Mapping) and content.value:
        chosen = choice(content.value, request.header("Accept"))
        others = chosen.others
        is_refused = chosen.key is None
        if chosen.key is not None:
            node = Node.entry(content.tree, content.value, chosen.key)
            if chosen.key != ANY and not content_type(integration):
                details.append(("content type", chosen.key))
            is_in_code = isinstance(node.value, str) and is_code(integration, node)
            details.append(("body", filling.text(node, is_code=is_in_code)))
    if is_refused:
        text = f"415: no content for the Accept '{request.header('Accept') or ''}', and no '*'"
        yield Step("answer", Status.OK, text, place_of(content))
        return
    words = f"the dummy answers {status}" if status else "the dummy answers, with a status that is not documented"
    place = place_of(code) or place_of(integration)
    yield Step("answer", Status.OK if status else Status.OPEN, words, place, tuple(details[:MAX_TRACED]))
    if others:
        why = "has no Accept" if request.header("Accept") is None else "accepts them equally"
        text = f"which content answers is not documented where the request {why}: also {', '.join(others)}"
        yield Step("answer", Status.OPEN, text, place_of(content))
    if is_event:
        yield Step("answer", Status.INFO, "the body goes back over the WebSocket connection", place_of(content))
    yield from filling.notes("answer")
    declared = _response(responses, status)
    if declared is not None and (mapped := _mapped(spec, declared)):
        yield Step("answer", Status.OK, f"the status {mapped} is sent instead of {status}", place_of(declared))
    yield from _mapped_body(spec, declared, "")


def _mapped_body(spec: Spec, response: Node | None, which: str) -> Iterator[Step]:
    if (mapping := first_mapping_of(spec, response)) is not None:
        text = f"the schema mapping makes another body {which}, its expressions are not evaluated here"
        yield Step("answer", Status.INFO, text.replace(" ,", ","), place_of(mapping))


def _response(responses: Node | None, status: str) -> Node | None:
    """What is declared for a status: by itself, by its class, or by default."""
    if responses is None:
        return None
    return responses.get(status) or responses.get(f"{status[:1]}XX") or responses.get("default")


def _mapped(spec: Spec, response: Node) -> str:
    """The status that is sent instead of the integration's, empty if it stays or is unknown."""
    node = spec.references.resolve(response)
    mapping = node.get("x-yc-status-mapping") if node else None
    possible = spec.variables.possible(mapping)
    return str(possible[0].value) if len(possible) == 1 else ""
