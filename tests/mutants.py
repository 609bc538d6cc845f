"""Clean specifications with one mistake in each: what the proofs of the schemas are made of.

The data of a specification is walked in step with the schemas, so of every key and value it is known which
parts of the schemas judge it. A part is named by its schema and its place there, as in
`integration-dummy/properties/http_code`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import jsonschema_rs
import yaml

from apigw_lint.gateway.kinds import EXTENSIONS
from apigw_lint.gateway.schemas import specification_schemas
from apigw_lint.source.parse import parse
from apigw_lint.source.text import Source, Span
from apigw_lint.source.tree import Mapping, Node, Sequence, Tree
from apigw_lint.source.unknown import is_unknown
from tests.support import SPECS, read

Schema = dict[str, Any]

SAMPLES = {
    "null": "null",
    "boolean": "true",
    "integer": "3",
    "number": "3.5",
    "string": "'text'",
    "array": "[]",
    "object": "{}",
}
"""A value of each JSON type, as it is written."""

SAMPLE_VALUES = {name: yaml.safe_load(written) for name, written in SAMPLES.items()}

RIVALS = {
    "example": "1",
    "examples": "{}",
    "schema": "{}",
    "content": "{a/b: {}}",
    "value": "1",
    "externalValue": "'a.json'",
    "operationId": "'a'",
    "operationRef": "'#/paths'",
    "rps": "1",
    "rpm": "1",
}
"""Valid values for the keys that exclude others."""

ODD_FORMS = """\
openapi: 3.0.0
info: {title: Forms that are accepted with a warning, version: 1.0.0}
x-yc-apigateway:
  serviceAccountId: aje0123456789abcdefg
  securityProfileId: fev0123456789abcdefg
paths:
  /functions:
    get:
      x-yc-apigateway-integration:
        {type: cloud_functions, function_id: d4e0123456789abcdefg, service_account: aje0123456789abcdefg}
  /containers:
    get:
      x-yc-apigateway-integration:
        type: serverless_containers
        container_id: bba0123456789abcdefg
        service_account: aje0123456789abcdefg
  /http:
    get:
      x-yc-apigateway-integration:
        {type: http, url: 'https://example.com/', service_account: aje0123456789abcdefg}
  /storage:
    get:
      x-yc-apigateway-integration:
        {type: object_storage, bucket: site, object: index.html, service_account: aje0123456789abcdefg}
  /sphere:
    get:
      x-yc-apigateway-integration:
        type: cloud_datasphere
        folder_id: b1g0123456789abcdefg
        node_id: 8b2b1d5c-6c1f-4c46-9d1a-b0e5d0a3c7f1
        service_account: aje0123456789abcdefg
  /streams:
    post:
      x-yc-apigateway-integration:
        type: cloud_datastreams
        action: PutRecord
        stream_name: /ru-central1/b1g0123456789abcdefg/etn0123456789abcdefg/events
        service_account: aje0123456789abcdefg
  /queue:
    post:
      x-yc-apigateway-integration:
        type: cloud_ymq
        action: SendMessage
        queue_url: https://message-queue.api.cloud.yandex.net/b1g0123456789abcdefg/dj60123456789abcdefg/events
        folder_id: b1g0123456789abcdefg
        service_account: aje0123456789abcdefg
  /table:
    get:
      x-yc-apigateway-integration:
        type: cloud_ydb
        action: GetItem
        database: /ru-central1/b1g0123456789abcdefg/etn0123456789abcdefg
        table_name: pets
        key: '{"id": 1}'
        service_account: aje0123456789abcdefg
"""
"""Every old spelling, which clean specifications do not have."""

SPARE_COMPONENTS = """\
openapi: 3.0.0
info: {title: Each shared object either unused or used more than once, version: 1.0.0}
x-yc-apigateway:
  cors: {$ref: '#/components/x-yc-apigateway-cors-rules/Common'}
  validator: {$ref: '#/components/x-yc-apigateway-validators/Common'}
  rateLimit: {$ref: '#/components/x-yc-apigateway-rate-limits/Common'}
  variables: {spare: {default: a}}
paths:
  /pets:
    x-yc-apigateway-cors: {$ref: '#/components/x-yc-apigateway-cors-rules/Common'}
    x-yc-apigateway-rate-limit: {$ref: '#/components/x-yc-apigateway-rate-limits/Common'}
    get:
      x-yc-apigateway-rate-limit: {$ref: '#/components/x-yc-apigateway-rate-limits/Common'}
      x-yc-apigateway-validator: {$ref: '#/components/x-yc-apigateway-validators/Common'}
      responses: {default: {description: OK, content: {text/plain: {}}}}
      x-yc-apigateway-integration: {type: dummy, http_code: 200}
components:
  schemas: {Spare: {type: object}}
  responses: {Spare: {description: OK}}
  parameters: {Spare: {name: page, in: query, schema: {type: integer}}}
  examples: {Spare: {value: 1}}
  requestBodies: {Spare: {content: {text/plain: {}}}}
  headers: {Spare: {schema: {type: string}}}
  securitySchemes: {Spare: {type: http, scheme: basic}}
  links: {Spare: {operationId: pets}}
  callbacks: {Spare: {'{$request.query.url}': {}}}
  x-yc-apigateway-cors-rules: {Common: {origin: false}, Spare: {origin: false}}
  x-yc-apigateway-validators: {Common: {validateRequestBody: true}, Spare: {validateRequestBody: true}}
  x-yc-apigateway-rate-limits: {Common: {allRequests: {rps: 1}}, Spare: {allRequests: {rps: 1}}}
"""
"""Shared objects whose loss no reference notices."""

SPARE_SECTIONS = "openapi: 3.0.0\ninfo: {title: Nothing but components, version: 1.0.0}\npaths: {}\ncomponents:\n"
SPARE_SECTIONS += SPARE_COMPONENTS.partition("components:\n")[2]
"""Whole sections that nothing refers to."""


class Demand(NamedTuple):
    """What a part of the schemas wants: its place, and the kind of mistake that it refuses."""

    part: str
    kind: str


class Edit(NamedTuple):
    """A replacement in a text: what it covers before, and its text."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A specification with one mistake, and what must be said about it.

    `proves` are the demands of the schemas that it breaks, each a part and a kind of mistake; `owner` names the objects
    that it is in; `span` is what must be underlined and `words` what the message must hold.
    """

    spec: str
    edit: Edit
    proves: tuple[Demand, ...]
    owner: str
    rule: str
    span: Span
    words: str

    @property
    def text(self) -> str:
        """The whole specification."""
        return applied(specifications()[self.spec], self.edit)

    @property
    def name(self) -> str:
        """The mistake and where it is."""
        line = specifications()[self.spec].count("\n", 0, self.edit.start) + 1
        return f"{self.spec}:{line}: {self.proves[0].kind} at {self.proves[0].part}"


class Site(NamedTuple):
    """A node, the parts of the schemas that judge it, and those that judge what holds it."""

    spec: str
    node: Node
    parts: dict[str, Schema]
    owner: dict[str, Schema]


@cache
def specifications() -> dict[str, str]:
    """The texts that mutants are made of, by name."""
    return {
        **{path.name: read(path) for path in SPECS},
        "odd-forms.yaml": ODD_FORMS,
        "spare-components.yaml": SPARE_COMPONENTS,
        "spare-sections.yaml": SPARE_SECTIONS,
    }


# The schemas, by place.


def part(pointer: str) -> Schema:
    """The part of the schemas at a place."""
    found: Any = specification_schemas()
    for step in pointer.split("/"):
        found = found[int(step)] if isinstance(found, list) else found[step]
    schema: Schema = found
    return schema


def parts_of(pointer: str, value: Any) -> dict[str, Schema]:
    """The part at a place and all that it calls in for this value: references, `allOf`, the branch of an `if`."""
    schema = part(pointer)
    if "$ref" in schema:
        return parts_of(target_of(schema["$ref"], pointer), value)
    found = {pointer: schema}
    for number in range(len(schema.get("allOf", ()))):
        found |= parts_of(f"{pointer}/allOf/{number}", value)
    if "if" in schema:
        branch = "then" if condition(pointer).is_valid(value) else "else"
        if branch in schema:
            found |= parts_of(f"{pointer}/{branch}", value)
    return found


def target_of(reference: str, pointer: str) -> str:
    """The place that a reference leads to, written in the part at another place."""
    file, _, inner = reference.partition("#")
    return (file.removesuffix(".json") or pointer.partition("/")[0]) + inner


@cache
def condition(pointer: str) -> Any:
    """What decides about the `if` of a part."""
    return jsonschema_rs.Draft7Validator(part(pointer)["if"], validate_formats=False)


def below(parts: dict[str, Schema], key: str | int, value: Any) -> dict[str, Schema]:
    """The parts that judge an entry or an item of what these parts judge."""
    found: dict[str, Schema] = {}
    for pointer, schema in parts.items():
        for place in _places_below(schema, key):
            found |= parts_of(f"{pointer}/{place}", value)
    return found


def _places_below(schema: Schema, key: str | int) -> Iterator[str]:
    if isinstance(key, int):
        if "items" in schema:
            yield "items"
        return
    patterns = [pattern for pattern in schema.get("patternProperties", {}) if re.search(pattern, key)]
    yield from (f"patternProperties/{pattern}" for pattern in patterns)
    if key in schema.get("properties", {}):
        yield f"properties/{key}"
    elif not patterns and isinstance(schema.get("additionalProperties"), dict):
        yield "additionalProperties"


def object_of(pointer: str) -> str:
    """The object that a part belongs to: a file, or a definition of `openapi.json`."""
    steps = pointer.split("/")
    return ".".join((steps[0], steps[2]) if steps[1:2] == ["definitions"] else steps[:1])


def is_closed(parts: Iterable[Schema]) -> bool:
    """Whether unknown keys are refused."""
    return any(schema.get("additionalProperties") is False for schema in parts)


# The demands of the schemas: what mutants must break.

TYPES = tuple(SAMPLES)


def refused_types(schema: Schema) -> list[str]:
    """The JSON types that a part's own `type`, or the types of the values it lists, leave out."""
    if "type" in schema:
        allowed = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    elif listed := schema.get("enum", [schema["const"]] if "const" in schema else None):
        allowed = ["string"] if all(isinstance(value, str) for value in listed) else list(TYPES)
    else:
        return []
    return [name for name in TYPES if name not in allowed and not (name == "integer" and "number" in allowed)]


def demands(schema: Schema) -> Iterator[str]:
    """The kinds of mistakes that a part itself refuses, misspelt keys aside."""
    yield from (f"without {key}" for key in schema.get("required", ()))
    yield from (f"type {name}" for name in refused_types(schema))
    if values := listed_values(schema):
        yield "unlisted value"
        if near_value(values):
            yield "value near a listed one"
    yield from (keyword for keyword in (*_BOUNDS, "pattern", "maxLength") if keyword in schema)
    if "not" in schema:
        yield "not"
    if schema.get("additionalProperties") is False:
        yield "extra key"


def listed_values(schema: Schema) -> list[str]:
    """The values of `enum` or `const` that are strings."""
    listed = schema.get("enum", [schema["const"]] if "const" in schema else [])
    return [value for value in listed if isinstance(value, str)]


def all_demands() -> Iterator[Demand]:
    """Everything that the schemas want of a specification."""
    for name, schema in specification_schemas().items():
        if name not in ("integrations", "validators", "cors-rules", "rate-limits"):  # they have no file
            for pointer, inner in subschemas(name, schema):
                yield from (Demand(pointer, kind) for kind in demands(inner))
                yield from (
                    Demand(f"{pointer}/properties/{key}", "misspelt")
                    for key, value in inner.get("properties", {}).items()
                    if not is_newer_keyword(value)
                )


def subschemas(pointer: str, schema: Schema) -> Iterator[tuple[str, Schema]]:
    """A schema and those inside it, by place; conditions left out."""
    yield pointer, schema
    for keyword in ("definitions", "properties", "patternProperties"):
        for key, inner in schema.get(keyword, {}).items():
            yield from subschemas(f"{pointer}/{keyword}/{key}", inner)
    for keyword in ("additionalProperties", "items", "propertyNames", "then", "else"):
        if isinstance(schema.get(keyword), dict):
            yield from subschemas(f"{pointer}/{keyword}", schema[keyword])
    for number, inner in enumerate(schema.get("allOf", ())):
        yield from subschemas(f"{pointer}/allOf/{number}", inner)


# Misspelling.


def distance(left: str, right: str) -> int:
    """Edit distance with swaps of neighbours, capitals not counted."""
    left, right = left.lower(), right.lower()

    @cache
    def between(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(between(i - 1, j) + 1, between(i, j - 1) + 1, between(i - 1, j - 1) + (left[i - 1] != right[j - 1]))
        if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
            best = min(best, between(i - 2, j - 2) + 1)
        return best

    return between(len(left), len(right))


@cache
def misspelt(word: str, others: frozenset[str], kept: int = 0) -> str | None:
    """The word with two letters swapped or one left out, near this word alone; `kept` letters stay."""
    rivals = [other for other in others if other.lower() != word.lower()]
    swaps = [word[:i] + word[i + 1] + word[i] + word[i + 2 :] for i in range(len(word) - 2, kept - 1, -1)]
    drops = [word[:i] + word[i + 1 :] for i in range(len(word) - 1, kept - 1, -1)] if len(word) > 3 else []
    for attempt in (*swaps, *drops):
        is_new = attempt.lower() != word.lower() and attempt[:1].strip("-_ ") != ""
        if is_new and all(distance(attempt, rival) > 1 for rival in rivals):
            return attempt
    return None


def near_value(values: list[str]) -> tuple[str, str] | None:
    """A word that is near one of the values alone, and that value."""
    for value in sorted(dict.fromkeys(values), key=len, reverse=True):
        if len(value) > 2 and (word := misspelt(value, frozenset(values))):
            return word, value
    return None


# Sites.


def sites(name: str, text: str) -> Iterator[Site]:
    """Every node of a specification that the schemas know, except what an alias repeats."""
    root = parse_text(name, text).root
    assert root is not None, name
    parts = parts_of("openapi", root.value)
    yield Site(name, root, parts, {})
    yield from _sites_under(name, root, parts)


def parse_text(name: str, text: str) -> Tree:
    """The tree of a text."""
    return parse(Source(name, text))


def _sites_under(name: str, node: Node, parts: dict[str, Schema]) -> Iterator[Site]:
    value = node.value
    keys: Iterable[str | int] = (
        value if isinstance(value, Mapping) else range(len(value)) if isinstance(value, Sequence) else ()
    )
    for key in keys:
        child = Node.entry(node.tree, value, key)
        if is_merged(child):
            continue
        inner = below(parts, key, child.value)
        yield Site(name, child, inner, parts)
        if inner and not is_alias(child):
            yield from _sites_under(name, child, inner)


def is_alias(node: Node) -> bool:
    """Whether this stands for a value written elsewhere."""
    key_span = node.key_span
    if key_span:
        return node.raw_span.start < key_span.end
    return node.container is not node.tree.holder and node.raw_span.start < node.container.start


def entries(tree: Tree, container: Mapping) -> Iterator[Node]:
    """The entries of a mapping as they stand in it."""
    return (Node.entry(tree, container, key) for key in container)


def is_merged(node: Node) -> bool:
    """Whether `<<` brought this entry here from another mapping."""
    key_span = node.key_span
    return key_span is not None and not node.container.start <= key_span.start < node.container.end


# Edits.


def applied(text: str, edit: Edit) -> str:
    """The text after an edit."""
    return text[: edit.start] + edit.text + text[edit.end :]


def covered(edit: Edit) -> Span:
    """What an edit's text covers after it."""
    return Span(edit.start, edit.start + len(edit.text))


def breaks_alias(text: str, edit: Edit) -> bool:
    """Whether an edit takes away an anchor that is used elsewhere."""
    gone = set(re.findall(r"(?<=[ \n])&(\w+)", text[edit.start : edit.end])) - set(re.findall(r"&(\w+)", edit.text))
    return any(re.search(rf"\*{name}\b", text) for name in gone)


def key_edit(node: Node, key: str) -> Edit:
    """Another key, in the quotes of the old one."""
    span = node.key_span
    assert span is not None
    quote = node.tree.source.text[span.start]
    written = f"{quote}{key}{quote}" if quote in "'\"" else key
    return Edit(span.start, span.end, written)


def value_edit(node: Node, written: str) -> Edit:
    """Another value; an anchor stays."""
    text, raw, bare = node.tree.source.text, node.raw_span, node.value_span
    start = raw.start if text[raw.start : raw.start + 1] in ("|", ">") else bare.start
    end = max(start, start + len(text[start : raw.end].rstrip()))
    if start == end:
        written = f" {written}"
    return Edit(start, end, written)


def removal(node: Node) -> Edit:
    """The entry of a mapping taken out."""
    text, container = node.tree.source.text, node.container
    assert isinstance(container, Mapping)
    names = list(container)
    number = names.index(str(node.key))
    starts = [container.spans[4 * row] for row in range(len(names))]
    end = node.raw_span.start + len(text[node.raw_span.start : node.raw_span.end].rstrip())
    end = max(end, container.spans[4 * number + 1] + 1) if is_alias(node) or end == node.raw_span.start else end
    is_flow = text[container.start] == "{"
    if len(names) == 1:
        return Edit(container.start, container.end, "{}") if is_flow else Edit(starts[0], end, "{}")
    if number + 1 < len(names):
        return Edit(starts[number], starts[number + 1], "")
    if is_flow:
        return Edit(text.rindex(",", 0, starts[number]), end, "")
    return Edit(starts[number], end, "")


def insertion(owner: Node, key: str, written: str) -> Edit:
    """An entry put in front of a mapping's others; the edit covers more than the key."""
    text, container = owner.tree.source.text, owner.value
    start = container.spans[0]
    if text[container.start] == "{":
        return Edit(start, start, f"{key}: {written}, ")
    column = start - text.rfind("\n", 0, start) - 1
    return Edit(start, start, f"{key}: {written}\n{' ' * column}")


# Mutants.


@cache
def all_mutants() -> tuple[Mutant, ...]:
    """Every mutant of every specification."""
    found = (
        mutant for name, text in specifications().items() for site in sites(name, text) for mutant in _mutants(site)
    )
    return tuple(mutant for mutant in found if mutant is not None)


def _mutants(site: Site) -> Iterator[Mutant | None]:
    container = site.node.container
    if isinstance(container, Mapping) and not any(is_merged(node) for node in entries(site.node.tree, container)):
        yield from _misspelt_key(site)
        yield from _missing_key(site)
        yield from _bad_key(site)
    if not is_alias(site.node):
        yield from _other_type(site)
        yield from _other_value(site)
        yield from _out_of_bounds(site)
        yield from _additions(site)


def _mutant(
    site: Site, proves: Iterable[tuple[str, str]], edit: Edit, rule: str, span: Span, words: str
) -> Mutant | None:
    if breaks_alias(site.node.tree.source.text, edit):
        return None
    owner = " ".join(dict.fromkeys(object_of(pointer) for pointer in site.owner))
    return Mutant(site.spec, edit, tuple(Demand(*proof) for proof in proves), owner, rule, span, words)


def _misspelt_key(site: Site) -> Iterator[Mutant | None]:
    key = str(site.node.key)
    about = [
        f"{pointer}/properties/{key}" for pointer in site.owner if key in site.owner[pointer].get("properties", {})
    ]
    if not about or is_newer_keyword(part(about[0])):
        return
    known = {name for schema in site.owner.values() for name in schema.get("properties", {})} | {"$ref"}
    kept = len("x-yc-") if key.startswith("x-yc-") else 1 if key.startswith("$") else 0
    wrong = misspelt(key, frozenset(known | EXTENSIONS.keys() if kept > 1 else known), kept)
    assert wrong, f"{key} cannot be misspelt"
    meant = next((legacy for place in about if (legacy := part(place).get("x-legacy-of"))), key)
    rule, words = "unknown-key", f"did you mean '{meant}'?"
    if key.startswith("x-yc-"):
        rule = "unknown-extension"
    elif any("propertyNames" in schema for schema in site.owner.values()):
        rule = "bad-value"
    elif about == ["openapi/properties/openapi"]:
        rule, words = "not-openapi-3-0", f"did you mean 'openapi' instead of '{wrong}'?"
    edit = key_edit(site.node, wrong)
    yield _mutant(site, ((place, "misspelt") for place in about), edit, rule, covered(edit), words)


def is_newer_keyword(schema: Schema) -> bool:
    """Whether this is a keyword of later JSON Schema drafts, which Schema Objects may have and nothing checks."""
    return str(schema.get("$comment", "")).startswith("keyword of later")


def _missing_key(site: Site) -> Iterator[Mutant | None]:
    key = str(site.node.key)
    about = [(pointer, f"without {key}") for pointer in site.owner if key in site.owner[pointer].get("required", ())]
    rule, words = "missing-key", f"'{key}'"
    if key == "openapi" and "openapi" in site.owner:
        about, rule, words = (
            [("openapi/properties/openapi", "without openapi")],
            "not-openapi-3-0",
            "missing 'openapi' version",
        )
    elif not about:
        about = [
            (pointer, f"without {schema['required'][0]}")
            for pointer, schema in _alternatives(site)
            if key in _absent_of(pointer)
        ]
    if about and key != "$ref":
        edit = removal(site.node)
        if not breaks_alias(site.node.tree.source.text, edit):
            yield _mutant(site, about, edit, rule, _owner_span(site, edit), words)


def _alternatives(site: Site) -> Iterator[tuple[str, Schema]]:
    """Parts that demand one key when another is absent, and apply to the owner of a site once that is so."""
    for pointer, schema in site.owner.items():
        condition_of = schema.get("if", {}).get("not", {})
        if "required" in condition_of and "required" in schema.get("then", {}):
            yield f"{pointer}/then", schema["then"]


def _absent_of(pointer: str) -> list[str]:
    absent: list[str] = part(pointer.removesuffix("/then"))["if"]["not"]["required"]
    return absent


def _owner_after(site: Site, edit: Edit) -> Node:
    """The owner of a site after an edit."""
    owner = Node.entry(site.node.tree, site.node.container.parent, site.node.container.key)
    changed = parse_text(site.spec, applied(site.node.tree.source.text, edit))
    assert changed.root is not None, changed.syntax_errors
    node = changed.root.descend(*owner.path)
    assert node is not None
    return node


def _owner_span(site: Site, edit: Edit) -> Span:
    """What a finding about the owner of a site underlines after an edit."""
    return _owner_after(site, edit).span


def _key_span(site: Site, edit: Edit, key: str) -> Span:
    """Where a key of the owner of a site is after an edit."""
    node = _owner_after(site, edit).get(key)
    assert node is not None and node.key_span is not None
    return node.key_span


BAD_KEYS = {"paths": ("pets",), "response-code": ("600", '"200\\n"'), "component-name": ("two words", '"pets\\n"')}
"""By the words of `propertyNames`: keys that cannot be, quoted ones as YAML writes them."""


def _bad_key(site: Site) -> Iterator[Mutant | None]:
    key = str(site.node.key)
    for pointer, schema in site.owner.items():
        if "propertyNames" not in schema or key in schema.get("properties", {}) or key.startswith("x-"):
            continue
        names = schema["propertyNames"].get("$ref", "paths").rpartition("/")[2]
        for bad in BAD_KEYS[names]:
            span = site.node.key_span
            assert span is not None
            edit = Edit(span.start, span.end, bad)
            judges = parts_of(f"{pointer}/propertyNames", json.loads(bad) if bad.startswith('"') else bad)
            about = [(place, word) for place, one in judges.items() for word in ("pattern", "maxLength") if word in one]
            yield _mutant(site, about, edit, "bad-value", covered(edit), "is not a valid key here")


def _other_type(site: Site) -> Iterator[Mutant | None]:
    for name, written in SAMPLES.items():
        judges = below(site.owner, site.node.key, SAMPLE_VALUES[name])
        about = [(pointer, f"type {name}") for pointer, schema in judges.items() if name in refused_types(schema)]
        if not about:
            continue
        by_type = any("type" in judges[pointer] for pointer, _ in about)
        rule, words = ("wrong-type", "must be") if by_type else ("bad-value", "is not a valid value of")
        if about[0][0] == "openapi/properties/openapi":
            rule, words = "not-openapi-3-0", "must be a version"
        yield from _value_mutant(site, about, written, rule, words)


def _value_mutant(
    site: Site, about: Iterable[tuple[str, str]], written: str, rule: str, words: str
) -> Iterator[Mutant | None]:
    edit = value_edit(site.node, written)
    key_span = site.node.key_span
    is_container = written[0] in "[{"
    start = edit.start + len(edit.text) - len(written)
    span = key_span if is_container and key_span else Span(start, start + len(written))
    yield _mutant(site, about, edit, rule, span, words)


def _other_value(site: Site) -> Iterator[Mutant | None]:
    about = [pointer for pointer, schema in site.parts.items() if listed_values(schema)]
    if not about:
        return
    proves = [(pointer, "unlisted value") for pointer in about]
    yield from _value_mutant(site, proves, "zzzzzzzz", "bad-value", "it must be")
    if near := near_value([value for pointer in about for value in listed_values(site.parts[pointer])]):
        word, meant = near
        proves = [(pointer, "value near a listed one") for pointer in about]
        yield from _value_mutant(site, proves, f"'{word}'", "bad-value", f"did you mean '{meant}'?")


_BOUNDS: dict[str, Callable[[Any], tuple[str, str]]] = {
    "minimum": lambda bound: (str(bound - 1), f"must be at least {bound}"),
    "maximum": lambda bound: (str(bound + 1), f"must be at most {bound}"),
    "exclusiveMinimum": lambda bound: (str(bound), f"must be more than {bound}"),
    "minItems": lambda bound: (json.dumps(["a"] * (bound - 1)), f"at least {bound}"),
    "minProperties": lambda bound: ("{}" if bound == 1 else "", f"at least {bound}"),
    "maxProperties": lambda bound: (
        "{" + ", ".join(f"a/{number}: {{}}" for number in range(bound + 1)) + "}",
        f"at most {bound}",
    ),
    "uniqueItems": lambda _: ("[a, a]", "has a duplicate item"),
}


def _out_of_bounds(site: Site) -> Iterator[Mutant | None]:
    for keyword, broken in _BOUNDS.items():
        for pointer, schema in site.parts.items():
            if keyword in schema:
                written, words = broken(schema[keyword])
                yield from _value_mutant(site, [(pointer, keyword)], written, "bad-value", words)


def _additions(site: Site) -> Iterator[Mutant | None]:
    """A key more: one that nothing knows, or one that excludes a key that is there."""
    node = site.node
    if not isinstance(node.value, Mapping) or not node.value or is_unknown(node):
        return
    inside = Site(site.spec, Node.entry(node.tree, node.value, next(iter(node.value))), {}, site.parts)
    closed = [
        (pointer, "extra key") for pointer, schema in site.parts.items() if schema.get("additionalProperties") is False
    ]
    if closed and not any(schema.get("x-unknown-keys") for schema in site.parts.values()):
        edit = insertion(node, "zzzzzzzz", "1")
        span = Span(edit.start, edit.start + len("zzzzzzzz"))
        yield _mutant(inside, closed, edit, "unknown-key", span, "unknown key 'zzzzzzzz'")
    for proof, keys, words in _rivals(site.parts):
        absent = [key for key in keys if key not in node.value]
        if len(absent) == 1:
            edit = insertion(node, absent[0], RIVALS[absent[0]])
            second = next(key for key in keys if key != absent[0])
            span = _key_span(inside, edit, second) if proof[1] == "not" else _owner_span(inside, edit)
            yield _mutant(inside, [proof], edit, "bad-value", span, words)


def _rivals(parts: dict[str, Schema]) -> Iterator[tuple[tuple[str, str], list[str], str]]:
    for pointer, schema in parts.items():
        if "not" in schema:
            yield (pointer, "not"), schema["not"]["required"], "exclude each other"
        if "maxProperties" in schema.get("then", {}) and "required" in schema["if"]:
            yield (f"{pointer}/then", "maxProperties"), schema["if"]["required"], "at most"
