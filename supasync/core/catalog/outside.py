"""What no fingerprint tells of a database: who may what beyond the user's objects, and what lies where none looks."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outside:
    """Lines: roles, memberships, settings, privileges (`access`), and what lies in schemas that nothing compares."""

    access: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()

    def without(self, other: Outside) -> Outside:
        """Return what the other has not."""
        return Outside(self.access - other.access, self.objects - other.objects)

    def lines(self) -> tuple[str, ...]:
        """Return all of it, in order."""
        return (*sorted(self.access), *sorted(self.objects))


@dataclass(frozen=True)
class OutsideChange:
    """What came there, and what went."""

    added: Outside = field(default_factory=Outside)
    removed: Outside = field(default_factory=Outside)

    @classmethod
    def between(cls, before: Outside, after: Outside) -> OutsideChange:
        """Return what has become another."""
        return cls(after.without(before), before.without(after))

    def of_access(self) -> OutsideChange:
        """Return what of it is access."""
        return OutsideChange(Outside(self.added.access), Outside(self.removed.access))

    def of_objects(self) -> OutsideChange:
        """Return what of it is objects."""
        return OutsideChange(Outside(objects=self.added.objects), Outside(objects=self.removed.objects))

    def words(self) -> tuple[str, ...]:
        """Say it, a line each."""
        added = (f"it adds {line}" for line in self.added.lines())
        return (*added, *(f"it takes away {line}" for line in self.removed.lines()))
