"""Random specifications with a secret, written in any way that YAML, JSON, Terraform or a template has."""

from __future__ import annotations

import json
import re
import string
from base64 import b64encode
from collections.abc import Callable, Iterator
from random import Random
from typing import Any, NamedTuple

import yaml

ALPHANUMERIC = string.ascii_letters + string.digits
WITH_SIGNS = ALPHANUMERIC + "/'\"\\+=!~:;,é日😀"
TOKENS = {
    "t1.": (ALPHANUMERIC + "_-", 60),
    "AQVN": (ALPHANUMERIC + "_-", 36),
    "y0_": (ALPHANUMERIC + "_-", 40),
    "YCP": (ALPHANUMERIC + "_-", 37),
    "AKIA": (string.ascii_uppercase + string.digits, 16),
    "ghp_": (ALPHANUMERIC, 36),
    "glpat-": (ALPHANUMERIC + "_-", 20),
    "xoxb-": (ALPHANUMERIC + "-", 24),
    "sk-": (ALPHANUMERIC + "_-", 40),
    "586213479:": (ALPHANUMERIC + "_-", 35),
}
"""The beginnings of tokens, with the characters and the length of the rest."""


class Planted(NamedTuple):
    """A file with a secret: its name, its text, the secret, and whether it can be parsed."""

    name: str
    text: str
    secret: str
    is_valid: bool


class _Secret(str):
    """A string with the secret in it, which is written in a random way."""


def planted(seed: int) -> Planted:
    """A specification with a secret and some mistakes, the same for the same seed."""
    return _Maker(Random(seed)).file()


class _Maker:
    """Makes one specification from random choices."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.anchored: list[str] = []
        self.secret = ""
        self.is_valid = random.random() > 0.1

    def file(self) -> Planted:
        """The whole file."""
        spec = self._spec()
        kind = self.random.choices(("yaml", "json", "tf", "tpl"), (6, 3, 2, 1))[0]
        text = self._json(spec) if kind == "json" else self._yaml(spec)
        if kind == "tpl":
            text = text.replace("paths:\n", "%{ if x }\n  # ${NAME}\n%{ endif }\npaths:\n", 1)
        if not self.is_valid:
            text = text.rstrip("\n")[:-1] + "\n" if kind == "json" else f"{text}  a: : b\n"
        if kind == "tf":
            body = "".join(f"    {line}\n" if line else "\n" for line in text.splitlines())
            text = f'resource "yandex_api_gateway" "a" {{\n  name = "a"\n  spec = <<-EOT\n{body}  EOT\n}}\n'
        text = text.replace("\n", self.random.choice(("\n", "\n", "\n", "\r\n")))
        name = {"yaml": "spec.yaml", "json": "spec.json", "tf": "main.tf", "tpl": "spec.yaml.tpl"}[kind]
        return Planted(name, text, self.secret, self.is_valid)

    def _spec(self) -> dict[str, Any]:
        """An OpenAPI document with a secret where the rule looks for it, and mistakes around it."""
        integration: dict[str, Any] = {"type": "http", "url": "https://example.com/a", "method": "GET"}
        operation: dict[str, Any] = {"operationId": "one", "x-yc-apigateway-integration": integration}
        spec: dict[str, Any] = {
            "openapi": "3.0.0",
            "info": {"title": "API", "version": "1.0.0"},
            "paths": {"/a": {"get": operation}},
        }
        plant = self.random.choice((_header, _basic, _query, _password, _variable, _token, _token_in_context))
        plant(self, spec, integration)
        for mistake in self.random.sample(MISTAKES, self.random.randint(1, 4)):
            mistake(self, spec, operation, integration)
        return spec

    def one(self, length: int, letters: str) -> str:
        """A random secret, which is never an example."""
        middle = "".join(self.random.choices(letters, k=length))
        return re.sub("(?i)x|your|test|fake|1234|<", "7", f"q7{middle}Z9")

    def _yaml(self, spec: dict[str, Any]) -> str:
        body = "".join(self._block(spec, 0))
        return "".join(f"{line}\n" for line in self.anchored) + body

    def _block(self, value: dict[str, Any], indent: int) -> Iterator[str]:
        """The lines of a mapping in block style."""
        for key, entry in value.items():
            head = f"{' ' * indent}{self._key(key)}:"
            if isinstance(entry, dict) and entry and self.random.random() < 0.8:
                yield f"{head}\n"
                yield from self._block(entry, indent + 2)
            elif isinstance(entry, _Secret):
                yield f"{head} {self._scalar(entry, indent + 2)}\n"
            else:
                yield f"{head} {self._flow(entry)}\n"

    def _flow(self, value: Any) -> str:
        """A value in flow style."""
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self._key(key)}: {self._flow(entry)}" for key, entry in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._flow, value)) + "]"
        if isinstance(value, _Secret):
            return self.random.choice((_single, self._double))(value)
        return json.dumps(value, ensure_ascii=False)

    def _key(self, key: str) -> str:
        if isinstance(key, _Secret):
            return self.random.choice((_single, self._double))(key)
        return key if key.isidentifier() or key.startswith("x-") else json.dumps(key, ensure_ascii=False)

    def _scalar(self, text: str, indent: int) -> str:
        """A string with the secret in block style."""
        ways: list[Callable[[], str]] = [
            lambda: text,
            lambda: _single(text),
            lambda: self._double(text),
            lambda: self._folded_double(text, indent),
            lambda: f"|\n{' ' * indent}{text}",
            lambda: f">-\n{' ' * indent}{text.replace(' ', chr(10) + ' ' * indent)}",
            lambda: text.replace(" ", "\n" + " " * indent),
            lambda: _single(text).replace(" ", "\n" + " " * indent),
        ]
        if self.is_valid:
            ways.append(lambda: self._anchored(text))
        written = self.random.choice(ways)()
        try:
            read = yaml.safe_load(f"a:\n{' ' * (indent - 2)}b: {written}\n" if indent > 2 else f"b: {written}\n")
        except yaml.YAMLError:
            return written if written.startswith("*") else self._double(text)
        return written if str((read.get("a") or read).get("b")).rstrip("\n") == text else self._double(text)

    def _anchored(self, text: str) -> str:
        name = f"a{len(self.anchored)}"
        self.anchored.append(f"x-{name}: &{name} {self.random.choice((_single, self._double))(text)}")
        return f"*{name}"

    def _double(self, text: str) -> str:
        """A string in double quotes, with some escapes that are not needed."""
        return f'"{"".join(map(self._escaped, text))}"'

    def _folded_double(self, text: str, indent: int) -> str:
        at = self.random.randrange(1, len(text))
        blank = "\\" if text[at] == " " else ""
        first, rest = ("".join(map(self._escaped, part)) for part in (text[:at], text[at:]))
        return f'"{first}\\\n{" " * indent}{blank}{rest}"'

    def _escaped(self, letter: str) -> str:
        ways = [f"\\U{ord(letter):08x}"]
        if ord(letter) < 0x10000:
            ways += [f"\\u{ord(letter):04x}", f"\\u{ord(letter):04X}"]
        if ord(letter) < 0x100:
            ways.append(f"\\x{ord(letter):02x}")
        if letter in '"\\/':
            return self.random.choice([*ways, f"\\{letter}", f"\\{letter}"])
        return self.random.choice(ways) if self.random.random() < 0.15 else letter

    def _json(self, value: Any) -> str:
        """A value as JSON, its strings with some escapes that are not needed."""
        if isinstance(value, dict):
            return "{" + ", ".join(f"{self._json_text(key)}: {self._json(entry)}" for key, entry in value.items()) + "}"
        if isinstance(value, list):
            return "[" + ", ".join(map(self._json, value)) + "]"
        return self._json_text(value) if isinstance(value, str) else json.dumps(value)

    def _json_text(self, text: str) -> str:
        if not isinstance(text, _Secret):
            return json.dumps(text)
        plain = json.dumps(text, ensure_ascii=self.random.random() < 0.5)
        letters = [
            f"\\u{ord(letter):04x}" if letter in ALPHANUMERIC and self.random.random() < 0.1 else letter
            for letter in text
        ]
        escaped = "".join(json.dumps(letter)[1:-1] if len(letter) == 1 else letter for letter in letters)
        return self.random.choice((plain, plain.replace("/", "\\/"), f'"{escaped}"'))


def _single(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _header(maker: _Maker, spec: dict[str, Any], integration: dict[str, Any]) -> None:
    maker.secret = maker.one(maker.random.randint(8, 30), WITH_SIGNS)
    name, scheme = maker.random.choice((("Authorization", "Bearer "), ("X-Api-Key", ""), ("x-auth-token", "")))
    integration["headers"] = {name: _Secret(scheme + maker.secret), "X-Plain": "a"}


def _basic(maker: _Maker, spec: dict[str, Any], integration: dict[str, Any]) -> None:
    maker.secret = b64encode(f"user:{maker.one(12, ALPHANUMERIC)}".encode()).decode()
    integration["headers"] = {"Authorization": _Secret(f"Basic {maker.secret}")}


def _query(maker: _Maker, spec: dict[str, Any], integration: dict[str, Any]) -> None:
    maker.secret = maker.one(14, ALPHANUMERIC + "'+/!~")
    integration["url"] = _Secret(f"https://example.com/a?x=1&api_key={maker.secret}&y=2")


def _password(maker: _Maker, spec: dict[str, Any], integration: dict[str, Any]) -> None:
    maker.secret = maker.one(8, ALPHANUMERIC + "'+!~")
    integration["url"] = _Secret(f"https://user:{maker.secret}@example.com/a")


def _variable(maker: _Maker, spec: dict[str, Any], integration: dict[str, Any]) -> None:
    maker.secret = maker.one(maker.random.randint(8, 30), WITH_SIGNS)
    declared = {"default": _Secret(maker.secret), "enum": ["one", maker.random.choice(("two", _Secret(maker.secret)))]}
    spec["x-yc-apigateway"] = {"variables": {"api-token": declared}}
    integration["url"] = "https://example.com/${var.api-token}"


def _token(maker: _Maker, spec: dict[str, Any], integration: dict[str, Any]) -> None:
    start, (letters, length) = maker.random.choice(list(TOKENS.items()))
    maker.secret = start + "".join(maker.random.choices(letters, k=length - 1)) + "Z"
    integration["headers"] = {"X-Any": _Secret(maker.secret)}


def _token_in_context(maker: _Maker, spec: dict[str, Any], integration: dict[str, Any]) -> None:
    _token(maker, spec, integration)
    integration.clear()
    integration |= {"type": "cloud_functions", "function_id": "d4e0123456789abcdefg", "context": {}}
    integration["context"]["a"] = {"b": _Secret(maker.secret)}


Mistake = Callable[[_Maker, dict[str, Any], dict[str, Any], dict[str, Any]], None]


def _near(maker: _Maker) -> _Secret:
    """The secret with something around it."""
    before, after = maker.random.choice((("", ""), ("", ""), ("x-", ""), ("is ", " here"), ("", "-and-more")))
    return _Secret(f"{before}{maker.secret}{after}")


def _within(maker: _Maker) -> _Secret:
    """The secret with something around it, which may be so much that it is cut."""
    before, after = "", ""
    if maker.random.random() < 0.5:
        before = "very-long-" * maker.random.randint(60, 110)
        after = "-and-longer" * maker.random.randint(0, 40)
    return _Secret(f"{before}{_near(maker)}{after}")


def _misspelt_headers(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    if "headers" in integration:
        integration["hedaers"] = integration.pop("headers")


def _misspelt_extension(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    operation["x-yc-apigateway-integraton"] = operation.pop("x-yc-apigateway-integration", {})


def _unknown_key(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    integration[_near(maker)] = 1


def _bad_type(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    integration["type"] = _within(maker)


def _wrong_type(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    integration["timeouts"] = _within(maker)
    spec["info"]["title"] = {_near(maker): 1}


def _bad_method(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    integration["method"] = _within(maker)


def _undeclared(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    integration["query"] = {"a": _Secret(f"{{id}}{maker.secret}")}


def _operation_id(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    operation["operationId"] = _within(maker)
    spec["paths"]["/b"] = {"get": {**operation, "summary": _within(maker)}}


def _bad_path(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    spec["paths"][_Secret(f"/{maker.secret.replace('/', '')}//{{id}}/a{{b}}")] = {"get": operation}


def _bad_reference(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    operation["parameters"] = [{"$ref": _Secret(f"#/components/parameters/{maker.secret}")}]


def _bad_parameter(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    operation["parameters"] = [{"name": _within(maker), "in": "path", "schema": {"type": "strin"}}]


def _bad_default(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    schema = {"type": "string", "enum": ["a", f"{maker.secret}x"], "default": _within(maker)}
    operation["parameters"] = [{"name": "a", "in": "query", "schema": schema}]


def _bad_server(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    spec["servers"] = [{"url": _within(maker), _near(maker): 1}]


def _unknown_at_the_top(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    spec["x-yc-apigatewy"] = {"a": _within(maker)}
    spec[_near(maker)] = {"a": 1}


def _security(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    operation["security"] = [{_near(maker): []}]


def _ignored(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    operation["x-apigw-lint-ignore"] = [_within(maker), "hardcoded-secret"]


def _jq(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    integration["query"] = {"b": _Secret(f"${{.a | {maker.secret}}}")}


def _next_to_it(maker: _Maker, spec: Any, operation: Any, integration: Any) -> None:
    """Mistakes with safe fixes beside the secret, so that it is in the context of a diff."""
    operation["x-yc-apigateway-integration"] = {"http_code": "200", **integration}
    spec["x-yc-apigateway-any-methd"] = {}


MISTAKES: tuple[Mistake, ...] = (
    _misspelt_headers,
    _misspelt_extension,
    _unknown_key,
    _bad_type,
    _wrong_type,
    _bad_method,
    _undeclared,
    _operation_id,
    _bad_path,
    _bad_reference,
    _bad_parameter,
    _bad_default,
    _bad_server,
    _unknown_at_the_top,
    _security,
    _ignored,
    _jq,
    _next_to_it,
)
