"""What the target's extensions consist of, read for stand-ins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter
from importlib import resources

from supasync.adapters.postgres import Session
from supasync.adapters.shadow.extensions import OF_POSTGRESQL
from supasync.core.catalog.stand_in import StandIn, is_usable_name, stand_in

_EXTENSIONS = """
select e.extname::text, n.nspname::text, e.extrelocatable, (
  select coalesce(array_agg(r.extname::text order by r.extname), '{}')
  from pg_depend d join pg_extension r on r.oid = d.refobjid and d.refclassid = 'pg_extension'::regclass
  where d.classid = 'pg_extension'::regclass and d.objid = e.oid and d.deptype = 'n')
from pg_extension e join pg_namespace n on n.oid = e.extnamespace
where e.extname <> 'plpgsql'
order by e.extname
"""


_AVAILABLE = """
select v.name::text, coalesce(v.schema::text, ''), v.relocatable, coalesce(v.requires::text[], '{}')
from pg_available_extension_versions v
join pg_available_extensions e on e.name = v.name and e.default_version = v.version
where e.installed_version is null
order by v.name
"""


def read_extensions(session: Session) -> tuple[tuple[tuple[str, str], ...], tuple[StandIn, ...], tuple[StandIn, ...]]:
    """Read the target's extensions: pairs of name and schema, stand-ins, and what is known of those that it could make.

    Each is after those that it requires. There are stand-ins for those that do not come with PostgreSQL. The session
    sees PostgreSQL's own names alone.
    """
    found = {str(row[0]): row for row in session.rows(_EXTENSIONS)}
    names = _in_order({name: tuple(row[3]) for name, row in found.items()})
    wanted = [name for name in names if name not in OF_POSTGRESQL and all(map(is_usable_name, (name, *found[name][3])))]
    members: dict[str, list[tuple[str, dict[str, object]]]] = {name: [] for name in wanted}
    if wanted:
        query = (resources.files("supasync") / "data" / "extension_members.sql").read_text(encoding="utf-8")
        for name, kind, description in session.rows(query, {"names": wanted}):
            members[str(name)].append((str(kind), description))
    schemas = {name: str(row[1]) for name, row in found.items()}
    stand_ins = tuple(
        stand_in(name, schemas[name], bool(found[name][2]), _placed(found[name][3], schemas), members[name])
        for name in wanted
    )
    available = tuple(
        StandIn(str(name), "", bool(relocatable), _placed(requires, {}), fixed=str(schema))
        for name, schema, relocatable, requires in session.rows(_AVAILABLE)
        if all(map(is_usable_name, map(str, (name, *requires)))) and str(schema).isprintable()
    )
    extensions = tuple((name, schemas[name]) for name in names)
    return extensions, stand_ins, available


def _placed(names: Iterable[str], schemas: Mapping[str, str]) -> dict[str, str]:
    return {str(name): schemas.get(name, "") for name in sorted(names)}


def _in_order(requires: dict[str, tuple[str, ...]]) -> list[str]:
    try:
        return [name for name in TopologicalSorter(requires).static_order() if name in requires]
    except CycleError:
        return sorted(requires)
