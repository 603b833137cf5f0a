"""The values of settings that may be used: what the repository names only if it is trusted."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from supasync.adapters.files import real
from supasync.adapters.git import may_be_brought
from supasync.adapters.trust_memory import FileTrustMemory
from supasync.core.trust import ENVIRONMENT_FILE
from supasync.errors import RefusedError, UsageError
from supasync.settings import SCHEMA_CANDIDATES, Origin, Settings
from supasync.trust_items import Packages, RepositoryItems
from supasync.workflow.ports.screen import Prompter, Screen
from supasync.workflow.trust import Trust

TRUST_VARIABLE = "SUPASYNC_TRUST"  # "1" trusts, for one run, what the repository names


class TrustedSettings:
    """Hands out what settings name, and what node_modules of the repository hold.

    A program that is not trusted is passed over, so that it is looked for elsewhere; anything else raises RefusedError.
    """

    def __init__(self, settings: Settings, screen: Screen, prompter: Prompter, *, may_ask: bool = True) -> None:
        self._settings = settings
        self._repository = RepositoryItems(settings)
        memory = FileTrustMemory(settings.project_dir, self._repository.root)
        # Only the real environment counts: a file of the repository must not vouch for itself.
        everything = os.environ.get(TRUST_VARIABLE) == "1"
        self.trust = Trust(self._repository.gather, memory, screen, prompter, everything=everything, may_ask=may_ask)

    def need(self, *settings: str) -> None:
        """Go on only if the values of these settings may be used. Raises RefusedError."""
        origins = {name: self._settings.origin_of(name) for name in settings}
        named = [name for name, origin in origins.items() if origin is Origin.CONFIG]
        if Origin.DOTENV in origins.values():
            named.append(ENVIRONMENT_FILE)
        if named:
            self.trust.require(*named)

    def refuse_brought(self, cache: Path) -> None:
        """Refuse a cache that may hold programs of the repository's, unless a setting of it was trusted with them.

        Raises RefusedError.
        """
        asked = self._settings.origin_of("cache_dir") in (Origin.CONFIG, Origin.DOTENV)
        if not asked and not self.trust.everything and may_be_brought(self._repository.root, real(cache)):
            raise RefusedError(
                f"The cache {cache} lies in the repository, which may have brought what is in it",
                reason="git tracks files there, or does not tell: the server programs of the shadow would be theirs.",
                hint="Set SUPASYNC_CACHE_DIR to a folder outside the repository.",
            )

    def program(self, name: str) -> Path | None:
        """Return the path that a setting names; None where it names none, or one that is not trusted.

        Raises RefusedError when it stands in a `.env` that is not trusted.
        """
        value: Path | None = getattr(self._settings, name)
        origin = self._settings.origin_of(name)
        if origin is Origin.DOTENV:
            self.need(name)
        return value if origin is not Origin.CONFIG or self.trust.allows(name) else None

    def program_if_trusted(self, name: str) -> Path | None:
        """Return the path that a setting names, None also where its `.env` is not trusted."""
        try:
            return self.program(name)
        except RefusedError:
            return None

    def passed_over(self, packages: Packages) -> tuple[Path, ...]:
        """Return the node_modules folders whose programs of this kind are not trusted."""
        return tuple(
            folder for name, folder in self._repository.packages(packages).items() if not self.trust.allows(name)
        )

    @contextmanager
    def hinting(self, name: str, used: Path | None, passed_over: Collection[Path] = ()) -> Iterator[None]:
        """Let the error of a tool that is not found tell that one was passed over."""
        try:
            yield
        except UsageError as error:
            if passed_over or used != getattr(self._settings, name):
                error.hint = f"{error.hint} (or allow the one that this repository brings: supasync trust)".strip()
            raise


def tools_around(folder: Path, screen: Screen, prompter: Prompter) -> TrustedSettings:
    """Return what is trusted of a folder without settings, to look for tools; nobody is asked anything."""
    settings = Settings.model_construct(project_dir=folder, schema_file=folder / SCHEMA_CANDIDATES[0])
    return TrustedSettings(settings, screen, prompter, may_ask=False)
