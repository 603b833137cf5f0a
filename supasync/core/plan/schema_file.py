"""The schema file as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class SchemaFile:
    """The desired state: `name` as the person writes it, whole `text`, SHA-256 `checksum`, time of last change."""

    name: str
    text: str
    checksum: str
    modified: datetime
