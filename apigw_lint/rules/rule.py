"""Owns what a rule is: one function from a spec to problems, and the words that describe it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from inspect import getdoc
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node


class Problem(NamedTuple):
    """What a rule says: a node and a message.

    `at` is what to underline when it is not what the node says of itself; `severity` overrides the
    rule's; `related` are other places with a few words each; what a secret problem underlines is
    never shown.
    """

    node: Node | None
    message: str
    at: Span | None = None
    fix: Fix | None = None
    related: tuple[tuple[Node | Span, str], ...] = ()
    severity: Severity | None = None
    url: str | None = None
    is_secret: bool = False


Check = Callable[[Spec], Iterator[Problem]]


class Rule(NamedTuple):
    """A check with its name, severity and consequence; its docstring is its page.

    `also` are the other severities that single findings may have, `fixes` says what fixes there are: `safe`, `unsafe`,
    `safe or unsafe`, or none.
    """

    name: str
    family: str
    severity: Severity
    consequence: Consequence
    check: Check
    is_default: bool = True
    also: tuple[Severity, ...] = ()
    yields_to: tuple[str, ...] = ()
    fixes: str = ""

    @property
    def doc(self) -> str:
        """The whole page, dedented."""
        return _doc(self.check)

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.doc.partition("\n")[0]

    @property
    def url(self) -> str:
        """The documentation page of the gateway that the rule stands on, the first `See:` of its page."""
        return self.doc.partition("\nSee: ")[2].partition("\n")[0]


@cache
def _doc(check: Check) -> str:
    return getdoc(check) or ""


def rule(
    severity: Severity,
    consequence: Consequence,
    *,
    default: bool = True,
    also: tuple[Severity, ...] = (),
    yields_to: tuple[str, ...] = (),
    fixes: str = "",
) -> Callable[[Check], Rule]:
    """Makes a rule of a check function; the function's name with dashes is the rule's.

    `default=False` makes a rule that must be switched on; `also` are severities that its problems may have beside its
    own. A problem on a node where a rule named in
    `yields_to` has one is dropped. `fixes` says which kinds of fixes its problems have.
    """

    def decorate(check: Check) -> Rule:
        name = check.__name__.replace("_", "-")
        family = check.__module__.rpartition(".")[2]
        return Rule(name, family, severity, consequence, check, default, also, yields_to, fixes)

    return decorate
