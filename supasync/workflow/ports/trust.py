"""What was trusted before, and what stands there now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from supasync.core.trust import Item


class TrustMemory(Protocol):
    """The memory of one project, outside of it. Digests are those of `core.trust.digest_of`."""

    def known(self) -> Mapping[str, str]:
        """Return what is trusted: digests by the names of items."""

    def digest(self, item: Item) -> str:
        """Return the digest of an item as it is now."""

    def remember(self, digests: Mapping[str, str]) -> None:
        """Trust these, and nothing that was trusted before. Raises SupasyncError."""

    def forget(self) -> bool:
        """Trust nothing any more; tell whether anything was trusted. Raises SupasyncError."""
