"""Rules about the responses of the gateway: their media types, and redirects."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.fix.edits import make_fix, rename_key
from apigw_lint.gateway.spec import Spec
from apigw_lint.rules.rule import Problem, rule
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node
from apigw_lint.source.unknown import has_open_keys, is_unknown
from apigw_lint.spelling import only_nearest

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_MEDIA_TYPE = pattern(rf"\s*{_TOKEN}/{_TOKEN}\s*(?:;.*)?")
_MEANT = {
    "json": "application/json",
    "application": "application/json",
    "html": "text/html",
    "text": "text/plain",
    "txt": "text/plain",
    "plain": "text/plain",
    "xml": "application/xml",
    "yaml": "application/yaml",
    "csv": "text/csv",
    "css": "text/css",
    "js": "text/javascript",
    "javascript": "text/javascript",
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "pdf": "application/pdf",
    "form": "application/x-www-form-urlencoded",
    "form-data": "multipart/form-data",
}
"""By the short name that people write, the media type."""
_WHOLE_NAMES = tuple(dict.fromkeys((*_MEANT.values(), "application/octet-stream")))


@rule(Severity.WARNING, Consequence.BROKEN, fixes="unsafe")
def odd_media_type(spec: Spec) -> Iterator[Problem]:
    """A `content` under a key that is not a media type.

    A media type has two parts with a slash between them, such as `text/html`. No `Accept` header of a request matches
    any other name, so a `dummy` integration answers with 415, and a validator finds no schema for a body. `*` in a
    `dummy` serves what no other key does.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              content:
                json: '{"message": "hello"}'

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 200
              content:
                application/json: '{"message": "hello"}'
                '*': hello

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/dummy
    """
    dummies = (content for dummy in spec.integrations.of_type("dummy") if (content := dummy.get("content")))
    for content in chain(dummies, spec.objects.of_kind("content")):
        if not isinstance(content.value, Mapping) or is_unknown(content):
            continue
        for key in content.value:
            if not _is_media_type(key) and not spec.placeholders.is_unknown_key(key):
                yield _odd_media_type(Node.entry(spec.tree, content.value, key))


def _is_media_type(key: str) -> bool:
    """Whether a key is a media type, a range of them, or no name of one at all."""
    return key in ("*", "$ref") or key.startswith("x-") or _MEDIA_TYPE.fullmatch(key) is not None


def _odd_media_type(entry: Node) -> Problem:
    key = str(entry.key)
    meant = _MEANT.get(key.strip().strip("/").lower()) or only_nearest(key, _WHOLE_NAMES)
    hint = f", did you mean '{meant}'?" if meant else ": write one such as 'application/json'"
    fix = make_fix(f"rename it to '{meant}'", rename_key(entry, meant)) if meant else None
    return Problem(entry, f"'{key}' is not a media type", hint=hint, at=entry.key_span, fix=fix, cause=key)


_REDIRECTS = (301, 302, 303, 307, 308)


@rule(Severity.WARNING, Consequence.BROKEN)
def redirect_without_location(spec: Spec) -> Iterator[Problem]:
    """A `dummy` redirect that does not say where to.

    The statuses 301, 302, 303, 307 and 308 send the client to the address in the `Location` header. Without it a
    browser shows an empty page.

    Bad:
        /old:
          get:
            x-yc-apigateway-integration: {type: dummy, http_code: 301}

    Good:
        /old:
          get:
            x-yc-apigateway-integration:
              type: dummy
              http_code: 301
              http_headers: {Location: /new}

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/dummy
    """
    for dummy in spec.integrations.of_type("dummy"):
        code = dummy.get("http_code")
        if code is not None and code.value in _REDIRECTS and _lacks_location(spec, dummy):
            message = f"a redirect with {code.value} requires a 'Location' header: add it to 'http_headers'"
            yield Problem(code, message)


def _lacks_location(spec: Spec, dummy: Node) -> bool:
    """Whether the headers of a dummy are known, and none is `Location`; one that is misspelt is told apart."""
    headers = dummy.get("http_headers")
    if headers is None:
        return spec.lacks(dummy, "http_headers")
    if not isinstance(headers.value, Mapping):
        return headers.value is None
    return not has_open_keys(headers) and not any(name.strip(": ").lower() == "location" for name in headers.value)
