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
    """An ignore comment that ignores nothing, because it is not written as it must be.

    It names the rules that it ignores, and may give a reason: `# apigw-lint: ignore[rule-a, rule-b] reason`. At the end
    of a line it speaks about what starts on that line, on a line of its own about all of the node that follows.
    `ignore-file[...]` speaks about the file and stands above everything else. In JSON,
    `"x-apigw-lint-ignore": ["rule-a"]` speaks about the object that holds it.

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
    """An ignore comment for something that is not found.

    The mistake was repaired, or the comment stands in the wrong place. Left there it would hide the next one.

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
