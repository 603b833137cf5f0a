"""Decide whether to use what a repository names to be executed or connected to.

It is used once the person trusts it as it is now. A terminal is asked, once in a command and with the whole list;
a pipe is not.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import cached_property

from supasync.core.trust import Item, JudgedItem, Standing, Use, judged
from supasync.errors import RefusedError, SupasyncError
from supasync.workflow.ports.screen import Prompter, Screen
from supasync.workflow.ports.trust import TrustMemory

LOOK = "Look at it, then: supasync trust."
HINT = f"{LOOK} In CI: SUPASYNC_TRUST=1"
QUESTION = "Trust this repository as it is now?"


class Trust:
    """The trust in one repository, asked by all that a command does.

    `items` returns what the repository names, and is called when that is needed. With `everything`, all of it is
    trusted for this run. Without `may_ask`, not even a terminal is asked.
    """

    def __init__(
        self,
        items: Callable[[], Sequence[Item]],
        memory: TrustMemory,
        screen: Screen,
        prompter: Prompter,
        *,
        everything: bool = False,
        may_ask: bool = True,
    ) -> None:
        self.everything = everything
        self._gather = items
        self._memory = memory
        self._screen = screen
        self._prompter = prompter
        self._asks = may_ask
        self._told: set[Use] = set()
        self._digests: dict[str, str] = {}
        self._lock = threading.RLock()  # threads that work side by side must not ask side by side

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What the repository names."""
        return tuple(self._gather())

    @cached_property
    def _remembered(self) -> dict[str, str]:
        return dict(self._memory.known())

    def allows(self, name: str) -> bool:
        """Tell whether the item `name` may be used, as may what the repository does not name.

        A terminal is asked first. Of a program that is looked for elsewhere instead, one note tells.
        """
        with self._lock:
            denied = self._denied((name,))
            if denied and denied[0].replaceable and denied[0].use not in self._told:
                self._told.add(denied[0].use)
                self._note(denied[0].use)
            return not denied

    def require(self, *names: str, reason: str = "") -> None:
        """Go on only if these items may be used, or are none. A terminal is asked first.

        Raises RefusedError that names each one and, in `reason` or in the item's own words, what it would do.
        """
        with self._lock:
            denied = self._denied(names)
        if denied:
            lines = tuple(f"{item.words}: {item.effect}{self._since(item)}" for item in denied)
            short = not reason and len(lines) == 1
            raise RefusedError(
                "Cannot proceed: this repository is not trusted",
                reason=lines[0] if short else reason,
                details=() if short else lines,
                hint=HINT,
            )

    def settle(self, use: Use) -> None:
        """Ask a terminal now, if something for this use is not trusted: later a spinner, or a lock, is in the way."""
        with self._lock:
            if not self.everything:
                self._denied(tuple(item.name for item in self.items if item.use is use))

    def review(self) -> tuple[JudgedItem, ...]:
        """Return what the repository names, and how it stands."""
        with self._lock:
            return judged(self.items, {item.name: self._digest(item) for item in self.items}, self._remembered)

    def trusts_all(self) -> bool:
        """Tell whether all of it was trusted as it is now, apart from what is trusted for this run; nobody is asked."""
        return all(found.standing is Standing.TRUSTED for found in self.review())

    def accept(self) -> None:
        """Trust all of it, as it is now. Raises SupasyncError when that cannot be remembered."""
        digests = {item.name: self._digest(item) for item in self.items}
        self._remembered.clear()
        self._remembered.update(digests)
        self._memory.remember(digests)

    def revoke(self) -> bool:
        """Trust nothing of it any more; tell whether anything was trusted. Raises SupasyncError."""
        self._remembered.clear()
        return self._memory.forget()

    def _denied(self, names: Sequence[str]) -> tuple[Item, ...]:
        if self.everything:
            return ()
        asked = [item for item in self.items if item.name in names and not self._is_trusted(item)]
        if asked and self._asks and self._screen.interactive:
            self._asks = False
            self._ask()
        return tuple(item for item in asked if not self._is_trusted(item))

    def _ask(self) -> None:
        self._screen.show_trust(self.review())
        if not self._prompter.confirm(QUESTION):
            return
        try:
            self.accept()
        except SupasyncError as error:
            self._screen.warn(f"{error.message}; it is trusted for this run. {error.hint}".strip())

    def _is_trusted(self, item: Item) -> bool:
        known = self._remembered.get(item.name)
        return known is not None and known == self._digest(item)

    def _digest(self, item: Item) -> str:
        if item.name not in self._digests:
            self._digests[item.name] = self._memory.digest(item)
        return self._digests[item.name]

    def _since(self, item: Item) -> str:
        return ", and it changed since it was trusted" if item.name in self._remembered else ""

    def _note(self, use: Use) -> None:
        passed = [item for item in self.items if item.use is use and item.replaceable and not self._is_trusted(item)]
        words = ", ".join(item.words for item in passed)
        self._screen.note(f"not trusted, so not used: {words}. {LOOK}")
