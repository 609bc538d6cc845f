"""Rules about a document as a whole: can it be read, is it OpenAPI 3.0, does it name things once."""

from __future__ import annotations

import re
from collections.abc import Iterator

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, page_only, rule
from apigw_lint.rules.suggested_fixes import rename_to
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_unknown_key, is_unknown, is_unknown_text
from apigw_lint.spelling import nearest

MEBIBYTES_3_5 = 3_670_016
MEGABYTES_3_5 = 3_500_000


@rule(Severity.ERROR, Consequence.INVALID, other_consequences=(Consequence.UNCHECKED,))
def syntax(spec: Spec) -> Iterator[Problem]:
    """The text is not valid YAML or JSON.

    Nothing else can be checked until the document can be parsed. The finding is where the parser stopped; the mistake
    is there or shortly before.

    What is in a `.json` file must be JSON, even where YAML allows more: other tools cannot read it. If it is YAML all
    the same, the rest is checked too.

    Bad:
        /hello:
          get: "no closing quote

    Good:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/
    """
    not_json = spec.tree.not_json
    for error in (*spec.tree.syntax_errors, *([not_json] if not_json else ())):
        yield Problem(None, error.message, at=error.span, related=error.related)
    for span, value in spec.tree.unmerged:
        if not (isinstance(value, str) and spec.tree.placeholders.is_unknown(value)):
            yield Problem(None, "'<<' merges only a mapping or a list of mappings", at=span)
    if spec.root is None and not spec.tree.syntax_errors:
        yield Problem(None, "empty file", at=Span(0, 0), consequence=Consequence.UNCHECKED)
    if spec.is_specification and spec.root is not None and not isinstance(spec.root.value, Mapping):
        yield Problem(spec.root, "a specification must be a mapping with 'openapi', 'info' and 'paths'")


UNREADABLE_FILE = page_only(
    "unreadable-file",
    __name__,
    Severity.ERROR,
    Consequence.UNCHECKED,
    """A file cannot be read as UTF-8 text, or a folder cannot be read.

    It does not exist, cannot be opened, is not a regular file, is binary, or has an encoding other than UTF-8, most
    often windows-1251: convert it to UTF-8. The other files of the run are still linted. If a folder need not be
    read, `.gitignore` or `exclude` can name it.
    """,
)


CRASH = page_only(
    "crash",
    __name__,
    Severity.ERROR,
    Consequence.UNCHECKED,
    """A rule of apigw-lint failed on this document.

    This is a bug in apigw-lint, not in the document. The other rules did run. Please report it with the document, or
    with the part that reproduces the failure, and disable the rule until it is fixed. The exit code is 3.
    """,
)


@rule(Severity.ERROR, Consequence.BROKEN)
def duplicate_key(spec: Spec) -> Iterator[Problem]:
    """A mapping has the same key twice.

    One of the two is silently lost, usually the first: of a path that is defined twice only one definition is served.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
        /hello:
          post:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
          post:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/
    """
    for container, key, first, second in spec.tree.duplicates:
        node = Node.entry(spec.tree, container, key)
        noun = "path" if key.startswith("/") else "key"
        message = f"duplicate {noun} '{key}': only one of them takes effect"
        yield Problem(node, message, at=second, related=((first, "first defined here"),))


@rule(Severity.WARNING, Consequence.STYLE)
def non_ascii_anchor(spec: Spec) -> Iterator[Problem]:
    """An anchor has a name that many YAML parsers refuse.

    YAML allows letters of every alphabet in the name of an anchor. libyaml, and the parsers made from it in Python, Go,
    Ruby and other languages, allow only Latin letters, digits, `-` and `_`, and cannot read the file at all. Which
    parser the gateway has is not documented.

    Bad:
        x-common:
          function: &функция
            type: cloud_functions
            function_id: d4e0123456789abcdefg
            service_account_id: aje0123456789abcdefg
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: *функция

    Good:
        x-common:
          function: &function
            type: cloud_functions
            function_id: d4e0123456789abcdefg
            service_account_id: aje0123456789abcdefg
        paths:
          /hello:
            get:
              x-yc-apigateway-integration: *function

    See: https://yaml.org/spec/1.2.2/#692-node-anchors
    """
    for name, (anchor, *others) in spec.tree.renamed_anchors.items():
        message = f"many YAML parsers refuse the anchor '&{name}': use only Latin letters, digits, '-' and '_'"
        yield Problem(None, message, at=anchor, related=tuple((other, "also here") for other in others))


@rule(Severity.ERROR, Consequence.INVALID, other_severities=(Severity.WARNING, Severity.INFO), fixes="unsafe")
def not_openapi_3_0(spec: Spec) -> Iterator[Problem]:
    """The document is not OpenAPI 3.0.

    The gateway documents OpenAPI 3.0. Swagger 2.0 has different keys almost everywhere, which is an error, or info if
    its folder has an OpenAPI 3 specification with extensions of the gateway: then most likely that one is deployed, and
    this one is for a tool such as a code generator. Features of later OpenAPI versions are not documented to work,
    which is a warning. In such documents only the extensions are checked.

    Bad:
        openapi: 3.1.0
        info: {title: API, version: 1.0.0}
        paths: {}

    Good:
        openapi: 3.0.3
        info: {title: API, version: 1.0.0}
        paths: {}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/
    """
    root = spec.root
    if root is None or not isinstance(root.value, Mapping) or spec.tree.part:
        return
    node = root.get("openapi")
    swagger = root.get("swagger")
    if node is None and swagger is not None:
        message = f"Swagger {swagger.value} is not supported: the gateway documents OpenAPI 3.0"
        if spec.tree.sibling:
            message = f"{message}, as in '{spec.tree.sibling}' beside it"
        yield Problem(swagger, message, severity=Severity.INFO if spec.tree.sibling else None)
    elif node is None and not has_unknown_key(root):
        suggestion = nearest("openapi", root.value)
        hint = f": did you mean 'openapi' instead of '{suggestion}'?" if suggestion else ": add 'openapi: 3.0.0'"
        entry = Node.entry(spec.tree, root.value, suggestion) if suggestion else None
        at, fix = (entry.key_span, rename_to(entry, "openapi")) if entry else (None, None)
        yield Problem(root, "missing 'openapi' version", hint=hint, at=at, fix=fix)
    elif node is not None and not is_unknown(node):
        yield from _version_problems(node)


def _version_problems(node: Node) -> Iterator[Problem]:
    """What is wrong with the value of `openapi`."""
    text = node.written if isinstance(node.value, float) else str(node.value)
    if isinstance(node.value, (str, float)) and re.match(r"3\.0(\.[0-9]+)?(-.*)?\s*$", text):
        if isinstance(node.value, float):
            message = f"YAML reads 'openapi: {text}' as a number: write a full version such as '3.0.0'"
            yield Problem(node, message, severity=Severity.WARNING)
    elif isinstance(node.value, (str, float)) and re.match(r"3\.[1-9]", text):
        message = f"OpenAPI {text} may not be fully supported: the gateway documents 3.0"
        yield Problem(node, message, severity=Severity.WARNING)
    else:
        yield Problem(node, "'openapi' must be a version of OpenAPI 3.0, such as '3.0.0'")


@rule(Severity.ERROR, Consequence.INVALID, other_severities=(Severity.WARNING,))
def spec_too_large(spec: Spec) -> Iterator[Problem]:
    """The specification is larger than the gateway accepts.

    The limit is 3.5 MB. The documentation does not say whether that is 3,500,000 or 3,670,016 bytes: a size between the
    two is a warning. Anchors, references to `components` and shorter descriptions make a specification smaller.

    See: https://yandex.cloud/en/docs/api-gateway/concepts/limits
    """
    text = spec.tree.source.text
    if spec.root is None or spec.tree.is_hcl or 4 * len(text) <= MEGABYTES_3_5:
        return
    size = len(text.encode())
    if size > MEGABYTES_3_5:
        severity = Severity.ERROR if size > MEBIBYTES_3_5 else Severity.WARNING
        yield Problem(
            spec.tree.top,
            f"specification is too large: {size:,} bytes, but the gateway accepts at most 3.5 MB",
            severity=severity,
        )


@rule(Severity.WARNING, Consequence.STYLE, default=False)
def missing_responses(spec: Spec) -> Iterator[Problem]:
    """An operation has no `responses`.

    OpenAPI requires them, and code and documentation generators use them. The gateway does not need them, and its own
    documentation omits them, so this rule is off by default.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /hello:
          get:
            responses:
              '200': {description: OK}
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#operation-object
    """
    for operation in spec.operations:
        if "responses" not in operation.node.value:
            yield Problem(operation.node, f"operation '{operation.label}' has no 'responses'")


@rule(Severity.ERROR, Consequence.INVALID)
def duplicate_operation_id(spec: Spec) -> Iterator[Problem]:
    """Two operations have the same `operationId`.

    OpenAPI requires it to be unique: code and documentation generators lose one of the two operations.

    Bad:
        /cats:
          get:
            operationId: list
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
        /dogs:
          get:
            operationId: list
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /cats:
          get:
            operationId: listCats
            x-yc-apigateway-integration: {type: dummy, http_code: 200}
        /dogs:
          get:
            operationId: listDogs
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    See: https://spec.openapis.org/oas/v3.0.3#operation-object
    """
    first_uses: dict[str, tuple[Node, Operation]] = {}
    for operation in spec.operations:
        node = operation.node.get("operationId")
        if node is None or not isinstance(node.value, str):
            continue
        first, owner = first_uses.setdefault(node.value, (node, operation))
        if not first.is_same_as(node) and not is_unknown_text(node):
            message, hint = f"duplicate operationId '{node.value}'", f": '{owner.label}' has it too"
            yield Problem(node, message, hint=hint, related=((first, "first used here"),))
