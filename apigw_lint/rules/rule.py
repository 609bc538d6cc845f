"""Owns what a rule is: one function from a spec to problems, and the page that describes it."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from functools import cache
from inspect import cleandoc
from typing import NamedTuple

from apigw_lint.diagnostic import Consequence, Fix, Severity
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.variables import Possible
from apigw_lint.source.text import Span
from apigw_lint.source.tree import Node


class Problem(NamedTuple):
    """What a rule reports: a node and a message.

    `hint` ends the message: what to do, and what depends on the rest of the document, such as the keys that are still
    free. It is no part of what identifies the finding in a baseline. `at` is what to underline when it is not the
    node's own span; `severity` and `consequence` override the rule's; `related` are other nodes or spans, each with a
    few words; what a secret problem underlines is never shown. Problems of one rule with the same `cause` are one
    finding, at the first place, with the others as related places. `possible` is the value of the node that is wrong,
    if it may have others: the message then says when, or the place is that of the value.
    """

    node: Node | None
    message: str
    at: Span | None = None
    fix: Fix | None = None
    related: tuple[tuple[Node | Span, str], ...] = ()
    severity: Severity | None = None
    consequence: Consequence | None = None
    url: str | None = None
    is_secret: bool = False
    cause: Hashable = None
    possible: Possible | None = None
    hint: str = ""


Check = Callable[[Spec], Iterator[Problem]]


class Rule(NamedTuple):
    """A check with its name, severity, consequence and page.

    `family` is the module of the rule. `check` is None for a rule whose problems are found elsewhere, see `page_only`.
    `docstring` is the page as it is in the source, `doc` the same without indentation. `other_severities` are those
    that single problems may have beside the rule's own, `other_consequences` likewise. A problem on a node where a rule
    named in `yields_to` has one is dropped. `fixes` says which there are: `safe`, `unsafe`, `safe or unsafe`, or none.
    """

    name: str
    family: str
    severity: Severity
    consequence: Consequence
    check: Check | None
    docstring: str
    is_default: bool = True
    other_severities: tuple[Severity, ...] = ()
    other_consequences: tuple[Consequence, ...] = ()
    yields_to: tuple[str, ...] = ()
    fixes: str = ""

    @property
    def doc(self) -> str:
        """The whole page, dedented."""
        return _dedented(self.docstring)

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.doc.partition("\n")[0]

    @property
    def url(self) -> str:
        """The page of the documentation that the rule is based on, the first `See:` of its page."""
        return self.doc.partition("\nSee: ")[2].partition("\n")[0]


@cache
def _dedented(docstring: str) -> str:
    return cleandoc(docstring)


def rule(
    severity: Severity,
    consequence: Consequence,
    *,
    default: bool = True,
    other_severities: tuple[Severity, ...] = (),
    other_consequences: tuple[Consequence, ...] = (),
    yields_to: tuple[str, ...] = (),
    fixes: str = "",
) -> Callable[[Check], Rule]:
    """Makes a rule of a check function; the function's name with dashes is the rule's, its docstring the page.

    `default=False` makes a rule that must be switched on; the other arguments are the fields of `Rule`.
    """

    def decorate(check: Check) -> Rule:
        name = check.__name__.replace("_", "-")
        page = check.__doc__ or ""
        family = _family(check.__module__)
        return Rule(
            name,
            family,
            severity,
            consequence,
            check,
            page,
            default,
            other_severities,
            other_consequences,
            yields_to,
            fixes,
        )

    return decorate


def page_only(
    name: str, module: str, severity: Severity, consequence: Consequence, page: str, *, fixes: str = ""
) -> Rule:
    """A rule without a check: its problems are found where documents are read, rules are run or comments are applied.

    `module` is the `__name__` of the module that declares it, `page` is written like the docstring of a check.
    """
    return Rule(name, _family(module), severity, consequence, None, page, fixes=fixes)


def _family(module: str) -> str:
    return module.rpartition(".")[2]
