from __future__ import annotations
from tests.support.project import MakeProject
from tests.support.targets import MakeTarget
from tests.commands.rich_pair import BEFORE, AFTER
import os, shutil
from pathlib import Path

def test_try(make_target: MakeTarget, make_project: MakeProject) -> None:
    target = make_target(BEFORE)
    project = make_project(target, AFTER)
    print(project.run("status").out)
    print(project.json("status"))
    print(project.invoke("diff"))
    print(project.invoke("diff").out)
    print(project.invoke("diff", "--reverse").out)
    print(project.run("sync", "--yes"))
    print(project.run("sync", "--yes", "--force", "--dry-run"))
    assert 0
