"""Shapes of objects of HCL, in `yamlencode({...})` of a `.tf`."""

from __future__ import annotations

from tests.growth import shape
from tests.hcl import gateway

FILE = "main.tf"


@shape(60_000, FILE)
def hcl_braces_that_are_never_closed(n: int) -> str:
    """Braces in braces."""
    return gateway("{ a = " * n)


@shape(60_000, FILE)
def hcl_strings_that_are_never_closed(n: int) -> str:
    """Quotes, each of which begins another string."""
    return gateway("{" + 'a = "${b("\n' * n + "}")


@shape(30_000, FILE)
def hcl_heredocs(n: int) -> str:
    """A heredoc in each entry."""
    return gateway("{" + "".join(f"a{number} = <<-EOT\n  ${{x}}\n  EOT\n" for number in range(n)) + "}")


@shape(20_000, FILE)
def hcl_unknown_objects_that_are_merged(n: int) -> str:
    """Arguments of one `merge`."""
    return gateway("merge(" + "".join(f"local.a{number}, " for number in range(n)) + "{})")


@shape(20_000, FILE)
def hcl_keys_that_merge_overrides(n: int) -> str:
    """The same keys in each argument of one `merge`."""
    return gateway("merge(" + "{ a = { x-b = 1 }, c = 2 }, " * n + "{})")


@shape(60_000, FILE)
def hcl_terms_of_one_expression(n: int) -> str:
    """A long expression that is not evaluated."""
    return gateway("{ a = " + 'x ? f("${y}") : ' * n + "z }")


@shape(100_000, FILE)
def hcl_escapes_of_one_string(n: int) -> str:
    """A string of nothing but escapes, in which each of its placeholders is looked for."""
    return gateway('{ openapi = "3.0.0", info = { title = "' + "\\n<a-b>" * n + '" } }')
