"""Owns properties that are worked out once, without the lock that Python 3.11 has for all instances of a class.

With that, an editor's small text would wait while the same property of a large one is worked out in another thread.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import cached_property
else:

    class cached_property:  # noqa: N801 - it is used like the one of functools
        """A property whose value is kept in the instance. Two threads that ask at once may both work it out."""

        def __init__(self, make):
            self._make = make
            self.__doc__ = make.__doc__

        def __set_name__(self, owner, name):
            self._name = name

        def __get__(self, instance, owner=None):
            """The value, or the property itself for the class."""
            if instance is None:
                return self
            value = instance.__dict__[self._name] = self._make(instance)
            return value


__all__ = ["cached_property"]
