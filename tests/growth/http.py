"""Shapes of `http` integrations."""

from __future__ import annotations

from tests.growth import HEAD, INTEGRATION, shape


def _integrations(n: int, fields: str) -> str:
    integration = f"{{get: {{{INTEGRATION}: {{type: http, {fields}}}}}}}"
    return "paths:\n" + "".join(f"  /a{number}: {integration}\n" for number in range(n))


@shape(1_300)
def shared_timeouts(n: int) -> str:
    """Integrations that share one object with many timeouts."""
    timeouts = ", ".join(f"read{number}: 400" for number in range(n))
    return f"{HEAD}x-shared: &shared {{{timeouts}}}\n" + _integrations(n, "url: 'https://e.com', timeouts: *shared")


@shape(2_000)
def shared_malformed_url(n: int) -> str:
    """Integrations that share one long URL with many flaws."""
    url = "https://e.com" + "//{a b}}?a=1?b=2#" * n
    return f"{HEAD}x-shared: &shared '{url}'\n" + _integrations(n, "url: *shared")


@shape(60_000)
def open_braces_in_a_url(n: int) -> str:
    """One URL of nothing but braces."""
    return HEAD + _integrations(1, "url: 'https://e.com/" + "{" * n + "'")
