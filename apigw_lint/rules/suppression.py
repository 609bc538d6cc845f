"""Rules about ignore comments. `suppress` finds what they report, since that depends on what all other rules found."""

from __future__ import annotations

from apigw_lint.diagnostic import Consequence, Severity
from apigw_lint.rules.rule import page_only

UNUSED = "unused-ignore"
MALFORMED = "malformed-ignore"

MALFORMED_IGNORE = page_only(
    MALFORMED,
    __name__,
    Severity.ERROR,
    Consequence.IGNORED,
    """An ignore comment that hides nothing because it is not written correctly.

    It lists the rules that it ignores, and may give a reason: `# apigw-lint: ignore[rule-a, rule-b] reason`. At the end
    of a line it applies to what starts on that line; on its own line, to the whole node below it, which may not be
    indented less than the comment. `ignore-file[...]` at the top applies to the whole file. In JSON,
    `"x-apigw-lint-ignore": ["rule-a"]` applies to the object that contains it.

    Bad:
        /hello:
          get:
            # apigw-lint: ignore
            x-yc-apigateway-integration: {type: dummy, http_code: 200}

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud-functions # apigw-lint: ignore[legacy-spelling] the course wants it
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """,
)


UNUSED_IGNORE = page_only(
    UNUSED,
    __name__,
    Severity.WARNING,
    Consequence.STYLE,
    """An ignore comment that hides nothing.

    The mistake was fixed, or the comment is in the wrong place. If it stays, it may hide the next mistake.

    Bad:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud_functions # apigw-lint: ignore[legacy-spelling] the course wants it
              function_id: d4e0123456789abcdefg

    Good:
        /hello:
          get:
            x-yc-apigateway-integration:
              type: cloud-functions # apigw-lint: ignore[legacy-spelling] the course wants it
              function_id: d4e0123456789abcdefg

    See: https://yandex.cloud/en/docs/api-gateway/concepts/extensions/
    """,
    fixes="safe",
)
