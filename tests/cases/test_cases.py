"""Every transition of this folder through the real sync, and back by its rollback files."""

from __future__ import annotations

import pytest

from supasync.commands.gates import FORCE_DATA, FORCE_OBJECTS
from supasync.core.ledger import Event
from supasync.errors import RefusedError
from supasync.ui.words import EXIT_REFUSED
from tests.support import cases
from tests.support.cases import Case, State
from tests.support.project import MakeProject, Project
from tests.support.targets import MakeTarget, TargetDatabase
