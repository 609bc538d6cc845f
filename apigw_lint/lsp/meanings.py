"""What the gateway makes of a name, a path or an operation, in Markdown."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

from apigw_lint.bounds import MAX_ENTRY
from apigw_lint.fix.extent import CannotTellError, column, entry_end, entry_start
from apigw_lint.formats.markdown import code
from apigw_lint.gateway.access import Access, Accesses, RequiredScheme
from apigw_lint.gateway.cors import Handler
from apigw_lint.gateway.kinds import HTTP_METHODS
from apigw_lint.gateway.operations import Operation, Served
from apigw_lint.gateway.routing import may_overlap, serves_before
from apigw_lint.gateway.schemas import required_fields_of
from apigw_lint.gateway.security_schemes import AUTHORIZER, credential
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import integration_type
from apigw_lint.gateway.variables import written
from apigw_lint.lsp.analysis import Analysis
from apigw_lint.lsp.names import Found, Kind
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.spelling import joined

MOST_LINES, MOST_COLUMNS, MOST_SHOWN = 12, 200, 5
"""Lines of an excerpt, signs of each, and things of one sort that are named."""

_ORDERS = {
    False: "Requests{} that also match {} go there.",
    True: "Requests{} that also match {} come here.",
    None: "Which path serves requests{} that also match {} is not documented.",
}
"""By whether a path serves before others, what that means."""


class Meanings:
    """What is known of the names, paths and operations of one document."""

    def __init__(self, analysis: Analysis, spec: Spec) -> None:
        self._analysis = analysis
        self._spec = spec
        self._accesses = Accesses(spec)

    def of_name(self, found: Found) -> Iterator[str]:
        """Paragraphs about what a name stands for where it is used."""
        kind, place = found.name.kind, found.place
        targets = found.targets[:MOST_SHOWN]
        if kind is Kind.VARIABLE:
            yield from self._variable(found.name.text)
        elif kind is Kind.PARAMETER and (place.is_in_key or not place.is_declaration):
            for target in targets:
                yield from self._parameter(target)
        elif kind in (Kind.COMPONENT, Kind.PART):
            for target in targets:
                if self._kind(target) == "security scheme":
                    yield from self._scheme(found.name.text, target)
                elif not place.is_declaration:
                    yield f"**{code(found.name.text)}** {self._kind(target) or ''}, {self._line(target)}"
                    yield from self._excerpt(target)

    def of_path(self, path: Node) -> Iterator[str]:
        """Paragraphs about which requests a path serves, and which other paths match the same ones."""
        served = next((served for served in self._spec.served if served.node == path), None)
        if served is None or not served.methods:
            return
        yield f"**{code(served.route.path)}** serves {_requests(served.methods)}."
        groups: dict[tuple[bool | None, frozenset[str]], list[Served]] = defaultdict(list)
        for other in self._spec.served:
            common = other.methods & served.methods
            if other is not served and common and may_overlap(served.route, other.route):
                groups[serves_before(served.route, other.route), common].append(other)
        for (order, common), others in groups.items():
            which = "" if common == served.methods else f" ({_requests(common)})"
            yield _ORDERS[order].format(which, _paths(others))

    def of_operation(self, entry: Node) -> Iterator[str]:
        """A paragraph about what an operation calls, what protects it, and who answers its preflight requests."""
        operation = next((one for one in self._spec.operations if one.node.value is entry.value), None)
        if operation is not None:
            lines = [self._calls(operation), self._protection(operation), *self._preflight(operation)]
            yield "\n".join(f"- {line}" for line in lines if line)

    def _kind(self, node: Node) -> str | None:
        kinds = self._spec.kinds
        return kinds.of(node.value) if isinstance(node.value, Mapping) else kinds.at(node.container, node.key)

    def _line(self, node: Node) -> str:
        """The line of the whole text that an entry begins on, in words."""
        return f"line {self._analysis.source.position(node.tree.source.whole(_start_of(node)).start).line}"

    def _excerpt(self, node: Node) -> Iterator[str]:
        """The beginning of an entry as it is written, secrets hidden; nothing of one whose end is not clear."""
        try:
            start, end = entry_start(node), entry_end(node)
        except CannotTellError:
            return
        end = min(end, start + 2 * MOST_LINES * MOST_COLUMNS)
        text = self._analysis.hide(node.tree.source.text[start : end + MAX_ENTRY])[: end - start]
        indentation = re.compile(rf"^[ \t]{{1,{max(1, column(node.tree, start))}}}")
        lines = [indentation.sub("", line)[:MOST_COLUMNS] for line in text.splitlines()]
        shown = [*lines[:MOST_LINES], "..."] if len(lines) > MOST_LINES else lines
        fence = "`" * max(3, 1 + max(map(len, re.findall("`+", text)), default=0))
        yield "\n".join((f"{fence}yaml", *shown, fence))

    def _variable(self, name: str) -> Iterator[str]:
        variable = self._spec.variables.declared[name]
        yield f"**{code(self._spec.variables.reference(name))}** variable, {self._line(variable.node)}"
        if description := variable.node.text("description"):
            yield description
        default = [code(written(node.value)) for node in variable.values if node.key == "default"]
        others = dict.fromkeys(code(written(node.value)) for node in variable.values if node.key != "default")
        facts = [f"Default: {default[0]}."] if default else []
        if others:
            facts.append(f"Allowed: {', '.join(_some(list(others)))}.")
        elif variable.node.get("enum") is None:
            facts.append("Any value is allowed.")
        yield " ".join(facts)

    def _parameter(self, node: Node) -> Iterator[str]:
        words = " ".join(filter(None, (node.text("in"), "parameter")))
        yield f"**{code(node.text('name') or '')}** {words}, {self._line(node)}"
        yield from self._excerpt(node)

    def _scheme(self, name: str, entry: Node) -> Iterator[str]:
        """What a security scheme checks, and what enforces it."""
        yield f"**{code(name)}** security scheme, {self._line(entry)}"
        scheme = self._spec.references.resolve(entry)
        if scheme is None or not isinstance(scheme.value, Mapping):
            return
        if place := credential(scheme):
            yield f"Credentials: {place[0]} {code(place[1])}."
        authorizer = scheme.get(AUTHORIZER)
        if authorizer is not None and isinstance(authorizer.value, Mapping):
            yield f"{_enforcement(scheme, authorizer)} {_caching(authorizer)}"
        elif self._spec.lacks(scheme, AUTHORIZER):
            yield f"The gateway does not enforce it: it has no `{AUTHORIZER}`."

    def _calls(self, operation: Operation) -> str:
        """What serves an operation."""
        integrations = operation.own_integrations
        if len(integrations) != 1:
            return "Integration: one of several, which a variable chooses" if integrations else ""
        integration = integrations[0]
        name = integration_type(integration)
        fields = ["http_code"] if name == "dummy" else required_fields_of(name)
        values = ((field, integration.get(field)) for field in fields)
        shown = [f"{field} {code(written(node.value))}" for field, node in values if node and _is_scalar(node)]
        return f"Integration: {', '.join((code(name), *shown))}" if name else ""

    def _protection(self, operation: Operation) -> str:
        """The security in force, with the type of each authorizer."""
        protection = self._accesses.of(operation)
        if protection.security is None:
            return "Security: none" if protection.access is Access.PUBLIC else ""
        if not isinstance(protection.security.value, Sequence):
            return ""
        choices = [" and ".join(map(_named_scheme, schemes)) or "none" for schemes in protection.alternatives]
        owner = "" if protection.operation and "security" in protection.operation.node.value else " of the document"
        return f"Security{owner}: {joined(choices or ['none'])}"

    def _preflight(self, operation: Operation) -> Iterator[str]:
        """Who answers the CORS preflight requests of the path."""
        path = next((path for path in self._spec.cors.paths if operation in path.operations), None)
        if path is None or operation.event or path.handler is Handler.UNSURE:
            return
        if path.handler is Handler.RULE:
            is_own = path.rule is not None and path.rule.container is operation.path_item.value
            yield f"CORS: the rule of the {'path' if is_own else 'gateway'} answers preflight requests"
        elif any(one.key == "options" for one in path.operations):
            yield "CORS: `options` answers preflight requests"


def _named_scheme(scheme: RequiredScheme) -> str:
    if scheme.authorizer is not None and (kind := scheme.authorizer.text("type")):
        return f"{code(scheme.name)} ({kind} authorizer)"
    return f"{code(scheme.name)} (not enforced by the gateway)" if scheme.is_enforced is False else code(scheme.name)


def _enforcement(scheme: Node, authorizer: Node) -> str:
    kind = authorizer.text("type")
    if kind == "function":
        tag = authorizer.text("tag")
        version = f", version {code(tag)}" if tag else ""
        return f"Enforced by function {code(authorizer.text('function_id') or '?')}{version}."
    if kind == "jwt":
        keys = authorizer.text("jwksUri") or scheme.text("openIdConnectUrl")
        return f"Enforced by the gateway, which checks tokens against {code(keys) if keys else 'keys of the provider'}."
    return f"Enforced by {code(kind)}." if kind else "Its authorizer has no `type`."


def _caching(authorizer: Node) -> str:
    """How long results are cached, and for what."""
    ttl = authorizer.get("authorizer_result_ttl_in_seconds")
    if ttl is None:
        return "Results are not cached."
    mode = authorizer.text("authorizer_result_caching_mode") or "path"
    subject = "path of the specification" if mode == "path" else "requested path"
    return f"Results are cached for {code(written(ttl.value))} s, for each {subject}."


def _start_of(node: Node) -> Span:
    return Span(entry_start(node), entry_start(node))


def _is_scalar(node: Node) -> bool:
    return not isinstance(node.value, (Mapping, Sequence))


def _requests(methods: frozenset[str]) -> str:
    """What a path serves, in words."""
    names = [name.upper() for name in HTTP_METHODS if name in methods]
    words = ["WebSocket connections"] if "websocket" in methods else []
    if names:
        words.insert(0, "any method" if len(names) == len(HTTP_METHODS) else joined(names, "and"))
    return " and ".join(words)


def _paths(others: list[Served]) -> str:
    return joined(_some([code(other.route.path) for other in others]))


def _some(words: list[str]) -> list[str]:
    """The first of some words, and how many there are besides."""
    rest = len(words) - MOST_SHOWN
    return [*words[:MOST_SHOWN], f"{rest} more"] if rest > 0 else words
