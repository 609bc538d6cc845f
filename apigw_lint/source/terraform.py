"""Owns the specifications in a `.tf` file: which gateways there are, what `spec` of each is, and all heredocs.

The provider's only argument for a specification is `spec` of `yandex_api_gateway`:
https://yandex.cloud/en/docs/terraform/resources/api_gateway
"""

from __future__ import annotations

import re
from typing import NamedTuple

from apigw_lint import memory
from apigw_lint.source import hcl, hcl_tree
from apigw_lint.source.hcl import Token
from apigw_lint.source.hcl_blocks import arguments, blocks, parsed, word
from apigw_lint.source.known import Known, is_plain
from apigw_lint.source.text import TERRAFORM, Source, Span

RESOURCE = "yandex_api_gateway"

_PATH = re.compile(r'"((?:\$\{ *path\.module *\}/)?(?:[^"\\$%\r\n]|[$%](?!\{))+)"')
_NAME = re.compile(r"(?:local|data|[a-z]\w*)\.[\w.-]+")
_LITERAL = re.compile(r'"(?P<text>[^"\\$%\r\n]*)"|-?\d{1,30}(?:\.\d{1,30})?|true|false')
_WRAPPERS = frozenset(
    "trimspace chomp trim trimprefix trimsuffix replace templatestring tostring format nonsensitive sensitive".split()
)
"""Functions that return more or less the text that their first argument is."""
_CODECS = {"yamlencode": ("yamldecode", "jsondecode"), "jsonencode": ("yamldecode", "jsondecode")}
_MAX_STEPS = 20
"""How many names and calls are followed to a specification."""


class Gateway(NamedTuple):
    """What the `spec` of one resource is: a heredoc, an object, a file that is named, or something that is not linted.

    - `span`: the content of the heredoc, the path, or the expression; of an object (`is_object`) what `yamlencode` or
      `jsonencode` is given; `quoted`: what is in the quotes of a string.
    - `file`: a path from the folder of the `.tf` file; `is_template`: whether it goes through `templatefile`; `known`:
      the variables that it is given.
    - `reason`: why nothing is linted; `reference`: which name of Terraform the expression is if this file does not
      define it; `unclosed`: the opening of a heredoc that is never closed.
    - `name`: where the resource is named, with its quotes; `use`: the expression after `spec =`. A heredoc that no
      gateway of this file has is no resource (`is_resource`): then they are the attribute and the whole heredoc.
    - `document`: where the document begins that the specification is read as, if it is in this file.
    """

    span: Span
    file: str = ""
    is_template: bool = False
    reason: str = ""
    unclosed: Span | None = None
    name: Span = Span(0, 0)
    use: Span = Span(0, 0)
    reference: str = ""
    quoted: Span | None = None
    known: tuple[Known, ...] = ()
    is_object: bool = False
    is_resource: bool = True
    document: int = -1

    @property
    def is_here(self) -> bool:
        """Whether the specification is a heredoc or an object of this file."""
        return not self.file and not self.reason


class Definition(NamedTuple):
    """What a name of Terraform stands for: an expression, or the text of a file, with variables of a template."""

    value: list[Token]
    is_file: bool = False
    known: tuple[Known, ...] = ()


class Module:
    """What a `.tf` file defines; `gateways` are those of which the `spec` is not half written, in order.

    `names` are the texts that an expression may refer to: `local.x`, `data.template_file.x.rendered` and the like.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        with memory.paused():
            self._read()

    def _read(self) -> None:
        text = self.text
        self.names: dict[str, Definition] = {}
        self._tokens = list(hcl.tokens(text))
        self._labels: dict[int, Token] = {}
        specs: list[tuple[Token, list[Token]]] = []
        for block in blocks(text, self._tokens):
            named = {word(text, name): (name, value) for name, value in block.attributes}
            self._define(block.words, {name: value for name, (_, value) in named.items()})
            for name, value in named.values():
                self._labels.update((token.start, name) for token in value if token.kind == "heredoc")
            if block.words[:2] == ("resource", RESOURCE) and "spec" in named:
                specs.append((block.label, named["spec"][1]))
        self.gateways = [
            self.meant(value)._replace(name=Span(label.start, label.end), use=Span(value[0].start, value[-1].end))
            for label, value in specs
        ]

    def heredocs(self) -> list[Gateway]:
        """Every heredoc that is not inside of another or of a string, whatever is in it."""
        found = []
        for token in self._tokens:
            if token.kind == "heredoc" and token.body:
                label = self._labels.get(token.start, token)
                opening = _opening(self.text, token)
                name = opening if label is token else Span(label.start, label.end)
                use = Span(token.start, token.end)
                found.append(self._heredoc(token)._replace(name=name, use=use, is_resource=False))
        return found

    def _define(self, words: tuple[str, ...], values: dict[str, list[Token]]) -> None:
        """Takes the attributes of a block as names; those of a module are what it is given, and have none."""
        if words[0] == "module":
            return
        kind = words[-2] if len(words) == 3 else ""
        named = words[1:] if words[0] == "resource" else words
        prefix = "local" if words[0] == "locals" else ".".join(named)
        self.names.update((f"{prefix}.{name}", Definition(value)) for name, value in values.items())
        if kind == "template_file" and "template" in values:
            known = literals(self.text, values.get("vars", []))
            self.names[f"{prefix}.rendered"] = Definition(values["template"], known=known)
        elif kind == "local_file" and "filename" in values and "content" not in values:
            self.names[f"{prefix}.content"] = Definition(values["filename"], is_file=True)

    def meant(self, value: list[Token], steps: int = 0) -> Gateway:
        """What an expression is; what the file does not define is a reference."""
        text, first, last = self.text, value[0], value[-1]
        span = Span(first.start, last.end)
        written = text[span.start : span.end]
        if first.kind == "heredoc" and first.body and len(value) == 1:
            return self._heredoc(first)
        if steps < _MAX_STEPS:
            is_one_string = len(value) == 1 and written.startswith('"${') and written.endswith('}"')
            inner = parsed(text, span.start + 3, span.end - 2) if is_one_string else []
            if inner and hcl.closing(text, span.start + 3, "}", span.end) == span.end - 1:
                return self.meant(inner, steps + 1)
            if text[first.start] == "(" and _is_one(value) and arguments(text, value):
                return self.meant(arguments(text, value)[0], steps + 1)
            if written in self.names:
                return self.defined(written, steps + 1)
        name = text[first.start : first.end]
        if name in _CODECS and len(value) > 2 and text[value[1].start] == "(":
            given = self._value_of(value[2:-1] if len(value) > 3 and text[last.start] == ")" else value[2:])
            if hcl_tree.is_object(text, given):
                return Gateway(Span(given[0].start, given[-1].end), is_object=True)
        is_call = len(value) > 3 and text[value[1].start] == "(" and _is_one(value[1:])
        if is_call and (found := self._of_call(name, value, steps)):
            return found
        reference = written if _NAME.fullmatch(written) else ""
        is_string = len(value) == 1 and first.kind == "string" and written.endswith('"') and len(written) > 1
        quoted = Span(span.start + 1, span.end - 1) if is_string else None
        return Gateway(span, reason=_reason(written), reference=reference, quoted=quoted)

    def _value_of(self, value: list[Token]) -> list[Token]:
        """An expression, or that which a name of this file stands for."""
        for _ in range(_MAX_STEPS):
            name = self.text[value[0].start : value[-1].end]
            if name not in self.names or self.names[name].is_file:
                break
            value = self.names[name].value
        return value

    def _of_call(self, name: str, value: list[Token], steps: int) -> Gateway | None:
        """What a call is if that can be told."""
        given = arguments(self.text, value[1:])
        if given and name in ("file", "templatefile"):
            is_template = name == "templatefile"
            known = literals(self.text, given[1]) if is_template and len(given) > 1 else ()
            span = Span(value[0].start, value[-1].end)
            return self._named(given[0], span, is_template=is_template)._replace(known=known)
        if not given or steps >= _MAX_STEPS:
            return None
        if name in _CODECS:
            inner = given[0]
            if len(inner) < 4 or word(self.text, inner[0]) not in _CODECS[name] or not _is_one(inner[1:]):
                return None
            given = arguments(self.text, inner[1:])
        elif name not in _WRAPPERS:
            return None
        found = self.meant(given[0], steps + 1) if given else None
        return found if found and (found.reference or found.quoted or not found.reason) else None

    def defined(self, name: str, steps: int = 0) -> Gateway:
        """What a name of the file is, if it is used as a specification. Raises KeyError."""
        definition = self.names[name]
        value = definition.value
        if definition.is_file:
            return self._named(value, Span(value[0].start, value[-1].end), is_template=False)
        found = self.meant(value, steps)
        return found._replace(is_template=True, known=definition.known) if definition.known and found.file else found

    def _named(self, path: list[Token], span: Span, *, is_template: bool) -> Gateway:
        found = _PATH.fullmatch(self.text, path[0].start, path[-1].end) if len(path) == 1 else None
        if found is None:
            return Gateway(span, reason="the specification is not linted, because the file path is an expression")
        file = re.sub(r"^\$\{ *path\.module *\}/", "", found[1])
        return Gateway(Span(path[0].start + 1, path[0].end - 1), file, is_template)

    def _heredoc(self, token: Token) -> Gateway:
        unclosed = None if _is_closed(self.text, token) else _opening(self.text, token)
        return Gateway(token.body or Span(0, 0), unclosed=unclosed)


def gateways(text: str) -> list[Gateway]:
    """The specifications of the gateways in a `.tf` file, in order; those that are half written are left out."""
    return Module(text).gateways if RESOURCE in text else []


def document(source: Source, gateway: Gateway) -> Source:
    """The heredoc or object of a gateway as a document of its own; an object with what is before it on its line."""
    start, end = gateway.span
    if gateway.is_object:
        start = source.text.rfind("\n", 0, start) + 1
    return source.part(Span(start, end), TERRAFORM)


def meaning(expression: str) -> Gateway:
    """What an expression by itself is; its offsets are those in it."""
    tokens = parsed(expression)
    return Module(expression).meant(tokens) if tokens else Gateway(Span(0, 0), reason=_reason(""))


def literals(text: str, value: list[Token]) -> tuple[Known, ...]:
    """The variables of an object that are literals: strings that mean themselves, numbers, booleans."""
    if len(value) < 2 or text[value[0].start] != "{" or not _is_one(value):
        return ()
    found: dict[str, Known] = {}
    for entry in arguments(text, value):
        if len(entry) > 2 and text[entry[1].start : entry[1].end] in ("=", ":"):
            span = Span(entry[2].start, entry[-1].end)
            literal = _LITERAL.fullmatch(text, *span)
            meaning = (literal[0] if literal["text"] is None else literal["text"]) if literal else None
            if meaning is not None and is_plain(meaning):
                found[word(text, entry[0])] = Known(word(text, entry[0]), meaning, span.start)
    return tuple(found.values())


def _is_one(value: list[Token]) -> bool:
    """Whether the bracket that a list of tokens begins with is closed by the last of them."""
    depth = 0
    for number, token in enumerate(value):
        depth += {"open": 1, "close": -1}.get(token.kind, 0)
        if depth <= 0:
            return number == len(value) - 1 and token.kind == "close"
    return False


def _opening(text: str, heredoc: Token) -> Span:
    """Where a heredoc says what it ends with: `<<EOT`."""
    end = heredoc.body.start if heredoc.body else heredoc.end
    return Span(heredoc.start, heredoc.start + len(text[heredoc.start : end].rstrip()))


def _is_closed(text: str, heredoc: Token) -> bool:
    """Whether a heredoc ends where it says; one with the beginning of another in it ends with that."""
    if not heredoc.is_closed or heredoc.body is None:
        return False
    marker = re.escape(text[slice(*_opening(text, heredoc))].lstrip("<-"))
    other = re.compile(rf"^[ \t]*spec[ \t]*=[ \t]*<<-?{marker}[ \t]*\r?$", re.MULTILINE)
    return other.search(text, *heredoc.body) is None


def _reason(written: str) -> str:
    if written.startswith('"'):
        why = "it is a quoted string: use a heredoc"
    else:
        words = " ".join(written.split())
        shown = words if len(words) <= 60 else f"{words[:57]}..."
        why = f"'{shown}' cannot be evaluated from this file"
    return f"the specification is not linted, because {why}"
