"""Owns which declarations, path keys and `{name}` of integrations are about one parameter.

A name is that of a path and its operations. Paths that share a declaration or an integration share the name too.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator
from itertools import islice

from apigw_lint.gateway.operations import Operation
from apigw_lint.gateway.parameters import Parameter
from apigw_lint.gateway.references import unquoted
from apigw_lint.gateway.spec import Spec
from apigw_lint.gateway.substitution import names_in_fixed_fields
from apigw_lint.lsp.name_places import NamePlace
from apigw_lint.source.pattern import pattern
from apigw_lint.source.tree import Mapping, Node

_IN_BRACES = pattern(r"(?:(?<!\$)\{|%7[Bb])((?:(?!%7[Dd])[^{}])+?)(?:\+|%2[Bb])?(?:\}|%7[Dd])")
_Declarations = dict[tuple[str, str | None], Hashable]
_ELSEWHERE = ("query", "header", "cookie")


def parameter_groups(spec: Spec) -> Iterator[tuple[str, list[NamePlace]]]:
    """Each parameter of the document, with its places and what declares it there."""
    return _Groups(spec).groups()


class _Groups:
    """Places by what they are a part of: a declaration, a name in a path, or a name in an integration.

    Such a part is a tuple that begins with what it is. Parts that are about one parameter are joined: each leads to
    another one, and all of them to their leader.
    """

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._leaders: dict[Hashable, Hashable] = {}
        self._places: dict[Hashable, list[NamePlace]] = defaultdict(list)
        self._names: dict[Hashable, str] = {}
        self._declared: dict[Hashable, dict[int, Node]] = defaultdict(dict)
        self._by_id: dict[str, Operation] = {}
        self._add_components()
        self._add_paths()
        self._add_integrations()
        self._add_references()
        self._add_links()

    def groups(self) -> Iterator[tuple[str, list[NamePlace]]]:
        """The names, with their places; what is in braces and is no parameter is left out."""
        groups: dict[Hashable, list[NamePlace]] = defaultdict(list)
        for part, places in self._places.items():
            targets = tuple(self._declared[part].values())
            groups[self._leader(part)] += (place.leading_to(targets) for place in places)
        for leader, places in groups.items():
            if any(place.is_declaration for place in places):
                yield self._names[leader], places

    def _leader(self, part: Hashable) -> Hashable:
        """The part that stands for all that are joined with one."""
        while (leader := self._leaders.get(part, part)) != part:
            self._leaders[part] = self._leaders.get(leader, leader)
            part = leader
        return part

    def _join(self, part: Hashable, other: Hashable) -> None:
        """Makes one parameter of two parts; that of the second is the leader."""
        self._leaders[self._leader(part)] = self._leader(other)

    def _declaration(self, node: Node) -> Hashable:
        """The part that a parameter object with a name is: the same for what a merge repeats."""
        name = node.get("name")
        assert name is not None
        part = "declaration", name.raw_span
        if part not in self._names:
            text = str(name.value).removesuffix("+")
            self._names[part] = text
            self._places[part].append(NamePlace.in_value(name, 0, text, is_declaration=True))
            self._declared[part][id(node.value)] = node
        return part

    def _is_declared_by(self, part: Hashable, parameter: Parameter) -> None:
        """Says that a parameter object declares the name of a part."""
        declaration = self._declaration(parameter.node)
        self._declared[part][id(parameter.node.value)] = parameter.node
        self._join(part, declaration)

    def _add_components(self) -> None:
        for _, entry in self._spec.components("parameters"):
            if isinstance(entry.value, Mapping) and entry.text("name") is not None:
                self._declaration(entry)

    def _add_paths(self) -> None:
        """The names in path keys, joined with the declarations of path items and operations."""
        spec = self._spec
        paths = spec.root.get("paths") if spec.root else None
        shared: dict[int, _Declarations] = {}
        for path, item in spec.path_items:
            assert paths
            self._add_path(Node.entry(spec.tree, paths.value, path))
            shared[id(item.value)] = self._declare(path, spec.parameters.listed_by(item).known)
        for operation in spec.operations:
            own = self._declare(operation.path, operation.own_parameters)
            overridden = shared[id(operation.path_item.value)]
            for place in own.keys() & overridden.keys():
                self._join(own[place], overridden[place])
            if operation_id := operation.node.text("operationId"):
                self._by_id[operation_id] = operation

    def _add_path(self, entry: Node) -> None:
        path = str(entry.key)
        for match in _IN_BRACES.finditer(self._spec.placeholders.without(path)):
            part = "path", path, match[1]
            self._names[part] = match[1]
            self._places[part].append(
                NamePlace.in_key(entry, match.start(1), match[1], prefix=path[: match.start(1)], is_declaration=True)
            )

    def _declare(self, path: str, parameters: tuple[Parameter, ...]) -> _Declarations:
        """Takes what is listed for a path; of a name and location that is listed twice, both are one parameter."""
        declarations: _Declarations = {}
        for parameter in parameters:
            declaration = self._declaration(parameter.node)
            self._join(declaration, declarations.setdefault((parameter.name, parameter.location), declaration))
            part = "path", path, parameter.name.removesuffix("+")
            if parameter.location not in _ELSEWHERE and part in self._names:
                self._is_declared_by(part, parameter)
        return declarations

    def _add_integrations(self) -> None:
        """The names in integrations, joined with what the operations declare and with the names in their paths.

        Also those that are sent literally: they are meant all the same.
        """
        for integration, operations in self._spec.usages:
            parts: dict[str, list[Hashable]] = defaultdict(list)
            used = [(use.node, use.name, use.offset) for use in self._spec.substitutions.of(integration)]
            for node, written, offset in (*used, *names_in_fixed_fields(integration)):
                name = written.removesuffix("+")
                place = NamePlace.in_value(node, offset + 1, name, prefix="{")
                part = "use", node.raw_span, offset
                if part not in self._names:
                    self._names[part] = name
                    self._places[part].append(place)
                parts[name].append(part)
            if not parts:
                continue
            seen = set()
            for operation in operations:
                is_new = id(operation.declared) not in seen
                seen.add(id(operation.declared))
                for name, found in parts.items():
                    self._feed(operation, name, found, has_new_declarations=is_new)

    def _feed(self, operation: Operation, name: str, parts: list[Hashable], *, has_new_declarations: bool) -> None:
        in_path = "path", operation.path, name
        for part in parts:
            if in_path in self._names:
                self._join(part, in_path)
            for parameter in operation.declared.named(name) if has_new_declarations else ():
                self._is_declared_by(part, parameter)

    def _add_references(self) -> None:
        """The names in paths that references such as `#/paths/~1orders~1{id}/get` go through."""
        references = self._spec.references
        links = (node for link in self._spec.objects.of_kind("link") if (node := link.get("operationRef")))
        for node in (*references.mentions, *links):
            if not isinstance(node.value, str) or not node.value.startswith("#/paths/"):
                continue
            for step in islice(references.steps(node.value), 1, 2):
                for match in _IN_BRACES.finditer(step.written):
                    part = "path", str(step.entry.key), unquoted(match[1])
                    offset = step.offset + match.start(1)
                    if part in self._names:
                        self._places[part].append(
                            NamePlace.in_value(node, offset, match[1], prefix=node.value[:offset])
                        )

    def _add_links(self) -> None:
        """The parameters that links fill in."""
        for link in self._spec.objects.of_kind("link"):
            operation = self._operation_of(link)
            filled = link.get("parameters")
            if operation is None or filled is None:
                continue
            for key, node in filled.items():
                located = re.fullmatch(r"(path|query|header|cookie)\.(.+)", key)
                location, name = located.groups() if located else (None, key)
                for parameter in operation.parameters:
                    if parameter.name == name and location in (None, parameter.location):
                        entry = Node.entry(node.tree, filled.value, key)
                        part = "link", entry.identity
                        self._names[part] = name
                        self._places[part] = [
                            NamePlace.in_key(entry, len(key) - len(name), name, prefix=key.removesuffix(name))
                        ]
                        self._is_declared_by(part, parameter)

    def _operation_of(self, link: Node) -> Operation | None:
        """The operation that a link leads to."""
        reference = link.text("operationRef")
        target = self._spec.references.target(reference) if reference else None
        if target is not None:
            return next((one for one in self._spec.operations if one.node == target), None)
        return self._by_id.get(link.text("operationId") or "")
