"""Owns whether a value satisfies a schema of the document, judged by `jsonschema`.

A schema of OpenAPI 3.0 is one of JSON Schema draft 4 with `nullable`, one of 3.1 is of draft 2020-12. Whether a value
has its `format` is not judged, and that is said. A schema with a part that is not known yet, or that is not valid,
judges nothing.

Sources: https://spec.openapis.org/oas/v3.0.3#schema-object, https://spec.openapis.org/oas/v3.1.0#schema-object
"""

from __future__ import annotations

import re
from itertools import islice
from typing import Any, NamedTuple

from apigw_lint.bounds import MAX_SCHEMA_PARTS, MAX_TRACED
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.pointer import escaped
from apigw_lint.source.tree import Mapping, Node, Sequence
from apigw_lint.source.unknown import has_unknown_key
from apigw_lint.trace.faults import fault

_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_MAPS = ("properties", "patternProperties", "definitions", "$defs", "dependentSchemas")
_SCHEMAS = ("items", "not", "additionalProperties", "if", "then", "else", "contains", "propertyNames")
_DATA = ("enum", "const", "required", "type", "dependentRequired")
_TEXTS = ("required", "type", "pattern", "dependentRequired", "format")
_SCALARS = (
    "multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern maxItems minItems "
    "uniqueItems maxProperties minProperties maxContains minContains"
).split()
_INTEGERS = {"int32": 32, "int64": 64}
_HINTS = ("password", "binary")
"""Formats that every text has."""


class Verdict(NamedTuple):
    """What is wrong with a value: JSON Pointers into it and messages; `reason` says why nothing could be judged.

    `formats` are those that it should have, which is not judged.
    """

    errors: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    formats: tuple[str, ...] = ()


class _NotJudgedError(Exception):
    pass


def judge(spec: Spec, schema: Node, value: Any) -> Verdict:
    """Whether a value satisfies a schema."""
    import jsonschema

    try:
        copied = _Copy(spec).whole(schema)
    except _NotJudgedError as error:
        return Verdict(reason=str(error))
    formats = _Formats()
    judge_of: Any = jsonschema.Draft4Validator if spec.is_openapi_3_0 else jsonschema.Draft202012Validator
    try:
        judge_of.check_schema(copied)
        found = list(islice(judge_of(copied, format_checker=formats).iter_errors(value), MAX_TRACED))
        found.sort(key=lambda error: str(error.json_path))
        errors = tuple((_pointer(error.absolute_path), fault(error)) for error in found)
        return Verdict(errors, formats=tuple(formats.met))
    except jsonschema.SchemaError:
        return Verdict(reason="the schema is not valid")
    except RecursionError:
        return Verdict(reason="the schema or the value is nested too deeply")
    except (re.error, ArithmeticError, ValueError, TypeError):
        return Verdict(reason="the schema has a part that this value cannot be judged by")


class _Formats:
    """Accepts every format, and remembers those that a value may lack: of numbers only the ranges of integers."""

    def __init__(self) -> None:
        self.met: dict[str, None] = {}

    def check(self, value: object, name: str) -> None:
        """Takes notice of a format that a value should have."""
        bits = _INTEGERS.get(name)
        is_too_large = bits and isinstance(value, int) and not -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)
        if is_too_large or (isinstance(value, str) and name not in _HINTS):
            self.met[name] = None


def _pointer(path: Any) -> str:
    return "".join(f"/{escaped(str(part))}" for part in path)


class _Copy:
    """A schema as plain data, with references to copies of what they lead to."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._numbers: dict[int, int] = {}
        self._pending: list[Node] = []
        self._parts = 0

    def whole(self, schema: Node) -> dict[str, Any]:
        copied = self._schema(schema)
        definitions: dict[str, Any] = {}
        while self._pending:
            target = self._pending.pop()
            definitions[str(self._numbers[id(target.value)])] = self._schema(target)
        return {"allOf": [copied], "definitions": definitions}

    def _schema(self, node: Node) -> Any:
        self._parts += 1
        if self._parts > MAX_SCHEMA_PARTS:
            raise _NotJudgedError("the schema is too large")
        if isinstance(node.value, bool) and not self._spec.is_openapi_3_0:
            return node.value
        if not isinstance(node.value, Mapping) or has_unknown_key(node):
            raise _NotJudgedError("the schema is not known yet")
        if "$ref" in node.value:
            return self._reference(node)
        are_texts = (*_TEXTS, "enum", "const") if node.text("type") == "string" else _TEXTS
        copied = {
            key: self._keyword(key, child, is_text=key in are_texts) for key, child in node.items() if _is_judging(key)
        }
        return self._of_openapi(node, copied)

    def _reference(self, node: Node) -> dict[str, str]:
        targets = self._spec.references.resolve_all(node)
        if len(targets) != 1 or not isinstance(targets[0].value, Mapping):
            raise _NotJudgedError(f"'$ref' leads to no schema: '{node.text('$ref') or ''}'")
        target = targets[0]
        if id(target.value) not in self._numbers:
            self._numbers[id(target.value)] = len(self._numbers)
            self._pending.append(target)
        return {"$ref": f"#/definitions/{self._numbers[id(target.value)]}"}

    def _keyword(self, key: str, node: Node, *, is_text: bool) -> Any:
        if key in _MAPS and isinstance(node.value, Mapping) and not has_unknown_key(node):
            return {name: self._schema(child) for name, child in node.items()}
        if key in _LISTS and isinstance(node.value, Sequence):
            return [self._schema(child) for child in node.entries()]
        if key in _SCHEMAS and isinstance(node.value, Mapping):
            return self._schema(node)
        return self._data(node, is_text=is_text)

    def _data(self, node: Node, *, is_text: bool) -> Any:
        """A value as plain data; `is_text` says that strings are due, so that the text of a plain scalar counts."""
        self._parts += 1
        if self._parts > MAX_SCHEMA_PARTS:
            raise _NotJudgedError("the schema is too large")
        if isinstance(node.value, Mapping) and not has_unknown_key(node):
            return {key: self._data(child, is_text=is_text) for key, child in node.items()}
        if isinstance(node.value, Sequence):
            return [
                self._data(Node.entry(node.tree, node.value, number), is_text=is_text)
                for number in range(len(node.value))
            ]
        possible = self._spec.variables.possible(node, is_text=is_text)
        if len(possible) != 1:
            raise _NotJudgedError(f"the schema has a value that is not known yet at '{node.pointer}'")
        return possible[0].value

    def _of_openapi(self, node: Node, copied: dict[str, Any]) -> dict[str, Any]:
        """What OpenAPI adds: `nullable`, and that a request need not have what is `readOnly`."""
        properties = node.get("properties")
        if isinstance(copied.get("required"), list) and properties is not None:
            read_only = {
                name
                for name, child in properties.items()
                if child.descend("readOnly") and child.value["readOnly"] is True
            }
            copied["required"] = [
                name for name in copied["required"] if not isinstance(name, str) or name not in read_only
            ]
            if not copied["required"]:
                del copied["required"]
        is_nullable = self._spec.is_openapi_3_0 and node.value.get("nullable") is True
        if is_nullable and isinstance(copied.get("type"), str):
            copied["type"] = [copied["type"], "null"]
            if isinstance(copied.get("enum"), list) and None not in copied["enum"]:
                copied["enum"] = [*copied["enum"], None]
        return copied


def _is_judging(key: str) -> bool:
    return key in _MAPS or key in _LISTS or key in _SCHEMAS or key in _DATA or key in _SCALARS or key == "format"
