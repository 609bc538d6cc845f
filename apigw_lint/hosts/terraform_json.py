"""Owns the documents in a `.tf.json` file: strings that are specifications, with the escapes of JSON.

What may be in such a file: https://developer.hashicorp.com/terraform/language/syntax/json
"""

from __future__ import annotations

from collections.abc import Iterator

from apigw_lint.gateway.own_keys import is_gateway_document
from apigw_lint.hosts.contents import Contents, NamedFile, Reading
from apigw_lint.hosts.document import read_document
from apigw_lint.hosts.terraform import contents_of, looked_up, may_hold_any, named_file
from apigw_lint.recognition import begins_as_specification
from apigw_lint.source.parse import parse
from apigw_lint.source.placeholder import LITERAL
from apigw_lint.source.quoted import unquoted
from apigw_lint.source.terraform import RESOURCE, Gateway, meaning
from apigw_lint.source.text import TERRAFORM, Source, Span
from apigw_lint.source.tree import Mapping, Node, TextProblem, Tree

NOTHING = f"no specification in it: no '{RESOURCE}' with a 'spec', no string that begins with 'openapi:'"
_NOT_LINTED = "the specification is not linted, because"
_MAX_STEPS = 20


def read(source: Source, reading: Reading) -> Contents:
    """The strings that are specifications, each once; specifications that are elsewhere are skipped parts."""
    root = _root(source)
    if root is None:
        return Contents(reason=NOTHING)
    documents: dict[Span, Tree] = {}
    others: list[Gateway] = []
    for node in root.strings("openapi"):
        if begins_as_specification(node.value):
            tree = read_document(unquoted(source, _inside(node), TERRAFORM), reading.placeholders)
            if tree.syntax_errors or is_gateway_document(tree):
                documents[_inside(node)] = tree
                others.append(_other(node))
    gateways = [looked_up(gateway, reading) for gateway in _gateways(root)]
    skipped = []
    for gateway in gateways:
        if gateway.is_here and gateway.span not in documents:
            documents[gateway.span] = read_document(unquoted(source, gateway.span, TERRAFORM), reading.placeholders)
        elif reason := reading.locate(gateway.file) if gateway.file else gateway.reason:
            skipped.append(TextProblem(gateway.span, reason))
    if not gateways and not documents:
        return Contents(reason=NOTHING)
    direct = {gateway.span for gateway in gateways if gateway.use.start < gateway.span.start < gateway.use.end}
    gateways += (other for other in others if other.span not in direct)
    return contents_of(documents, dict.fromkeys(skipped), gateways)


def named_files(source: Source) -> Iterator[NamedFile]:
    """The files that a `.tf.json` names as specifications, with what it knows of their variables."""
    root = _root(source)
    for gateway in _gateways(root) if root else ():
        if gateway.file:
            yield named_file(gateway)


def _root(source: Source) -> Node | None:
    return parse(source, placeholders=LITERAL).root if may_hold_any(source.text) else None


def _gateways(root: Node) -> Iterator[Gateway]:
    """What the `spec` of each gateway is."""
    names = {f"local.{key}": node for block in _objects(root.get("locals")) for key, node in block.items()}
    for block in _objects(root.get("data")):
        for kind in _objects(block.get("template_file")):
            for key, node in kind.items():
                names.update((f"data.template_file.{key}.rendered", one) for one in _values(node, "template"))
    for block in _objects(root.get("resource")):
        for kind in _objects(block.get(RESOURCE)):
            for _, node in kind.items():
                for spec in _values(node, "spec"):
                    name = node.key_span or node.span
                    yield _gateway(spec, names)._replace(name=name, use=spec.value_span)


def _gateway(node: Node, names: dict[str, Node]) -> Gateway:
    """What a value that is used as a specification is; names of this file are followed."""
    for _ in range(_MAX_STEPS):
        if not isinstance(node.value, str):
            return Gateway(node.span, reason=f"{_NOT_LINTED} it is no string")
        text, span = node.value.strip(), _inside(node)
        if not (text.startswith("${") and text.endswith("}")):
            return Gateway(span)
        found = meaning(text[2:-1])
        if found.is_object:
            return Gateway(span, reason=f"{_NOT_LINTED} it is an object of Terraform in JSON")
        if found.reference in names:
            node = names[found.reference]
            continue
        known = tuple(one._replace(offset=span.start) for one in found.known)
        reason = "" if found.file else found.reason or f"{_NOT_LINTED} it is a heredoc in JSON"
        return found._replace(span=span, reason=reason, known=known, unclosed=None, quoted=None)
    return Gateway(node.span, reason=f"{_NOT_LINTED} its names go round in a circle")


def _other(node: Node) -> Gateway:
    """A string that is a specification, whoever uses it."""
    return Gateway(_inside(node), name=node.key_span or node.span, use=node.value_span, is_resource=False)


def _objects(node: Node | None) -> Iterator[Node]:
    """The objects that a value of Terraform's JSON is: one, or a list of them."""
    if node is not None:
        yield from (one for one in (node, *node.entries()) if isinstance(one.value, Mapping))


def _values(node: Node, key: str) -> Iterator[Node]:
    return (value for block in _objects(node) if (value := block.get(key)))


def _inside(node: Node) -> Span:
    """What is in the quotes of a string."""
    return Span(node.value_span.start + 1, node.value_span.end - 1)
