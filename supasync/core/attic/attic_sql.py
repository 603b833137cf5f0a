"""The SQL of the attic: how rows, values and positions are kept, and how they are put back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from supasync.core.attic.model import ColumnOutcome, Keep, KeepKind, KeptColumn, Key, free_name, is_foreign
from supasync.core.sql import qualified, quote_ident, quote_literal
from supasync.core.sql.keys import ColumnKey


def _own(keep: Keep, name: str) -> str:
    """Return, quoted, the name of supasync's own column beside those that are named as in the source."""
    source = {column.name for column in (*keep.columns, *keep.key.columns)}
    return quote_ident(free_name(name, source.union(keep.key.rest)))


def _row(keep: Keep) -> str:
    return _own(keep, "__row")


def _number(keep: Keep) -> str:
    return _own(keep, "__number")


def _became(keep: Keep, position: int) -> str:
    return _own(keep, f"__became_{position}")


def _edited(keep: Keep, position: int) -> str:
    return _own(keep, f"__edited_{position}")


def keep_sql(keep: Keep, *, with_parts: bool) -> str:
    """Return the statement that makes an attic table; `with_parts`: the rows of partitions count as the table's."""
    if keep.kind is KeepKind.POSITION:
        top = _top(keep, keep.owner)
        return f"CREATE TABLE {keep.attic_table} AS\nSELECT last_value, is_called, {top} AS top FROM {keep.source}"
    kept = [column.kept_sql for column in keep.columns]
    if keep.kind is KeepKind.ROWS:
        only = "" if with_parts else "ONLY "
        other = ", ".join(f"{quote_literal(part)}::regclass" for part in keep.without)
        where = f"\nWHERE tableoid <> ALL (ARRAY[{other}])" if other else ""
        return f"CREATE TABLE {keep.attic_table} AS\nSELECT {', '.join(kept)} FROM {only}{keep.source}{where}"
    for position, remade in _remade(keep):
        kind = "text" if is_foreign(remade.new_type) else remade.new_type
        kept += [f"NULL::{kind} AS {_became(keep, position)}", f"false AS {_edited(keep, position)}"]
    identity = [column.kept_sql for column in keep.key.columns] or list(_numbered(keep))
    if keep.key.is_lent:
        identity.append(f"{_row_text(keep.key)} AS {_row(keep)}")
    where = ""
    if not keep.whole:
        names = ((quote_ident(column.name), column.fate is ColumnOutcome.FILLED) for column in keep.columns)
        tests = (f"{name} IS NULL" if filled else f"{name} IS NOT NULL" for name, filled in names)
        where = f"\nWHERE {' OR '.join(tests)}"
    return f"CREATE TABLE {keep.attic_table} AS\nSELECT {', '.join((*identity, *kept))} FROM {keep.source}{where}"


def empty_sql(keep: Keep) -> str:
    """Return the statement that makes an attic table of the same columns, without rows: for a rehearsal."""
    if keep.kind is KeepKind.POSITION:
        columns = ["last_value bigint", "is_called boolean", "top bigint"]
    else:
        key = [_typed(column.name, column.type) for column in keep.key.columns]
        numbered = [f"{_row(keep)} text", f"{_number(keep)} bigint"] if keep.values else []
        lent = [f"{_row(keep)} text"] if keep.key.is_lent else []
        columns = [*(key or numbered), *lent, *(_typed(column.name, column.type) for column in keep.columns)]
        for position, remade in _remade(keep):
            kind = "text" if is_foreign(remade.new_type) else remade.new_type
            columns += [f"{_became(keep, position)} {kind}", f"{_edited(keep, position)} boolean"]
    return f"CREATE TABLE IF NOT EXISTS {keep.attic_table} ({', '.join(columns)})"


def _typed(name: str, kind: str) -> str:
    return f"{quote_ident(name)} {'text' if is_foreign(kind) else kind}"


def _row_text(key: Key, of: str = "") -> str:
    parts = [f"{of}{quote_ident(name)}" for name in key.rest]
    if key.inherited:
        parts.insert(0, f"{of}tableoid::regclass")
    return f"ROW({', '.join(parts)})::text" if parts else "''::text"


def _numbered(keep: Keep) -> tuple[str, str]:
    text = _row_text(keep.key)
    number = f"row_number() OVER (PARTITION BY {text} ORDER BY tableoid, ctid)"
    return f"{text} AS {_row(keep)}", f"{number} AS {_number(keep)}"


def rows_back(keep: Keep, wanted: Mapping[str, str]) -> str:
    """Return what fills a table from its kept rows; `wanted` are the columns to fill with their types."""
    columns = [column for column in keep.columns if column.name in wanted]
    named = ", ".join(quote_ident(column.name) for column in columns)
    values = ", ".join(column.value_sql("kept", wanted[column.name]) for column in columns)
    into = f"{keep.source} ({named}) OVERRIDING SYSTEM VALUE" if columns else keep.source
    return f"INSERT INTO {into}\nSELECT {values} FROM {keep.attic_table} AS kept"


def values_back(keep: Keep, columns: Sequence[KeptColumn], wanted: Mapping[str, str], *, unless_edited: bool) -> str:
    """Return the UPDATE that puts kept values into present rows; `wanted` are the types that the columns have now.

    With `unless_edited`, only where the row still has what the change made of the value.
    """
    pairs = []
    for column in columns:
        value = column.value_sql("kept", wanted[column.name])
        if unless_edited:
            here = f"here.{quote_ident(column.name)}"
            value = f"CASE WHEN kept.{_edited(keep, keep.columns.index(column))} THEN {here} ELSE {value} END"
        pairs.append(f"{quote_ident(column.name)} = {value}")
    source, condition = _matched(keep)
    return f"UPDATE {keep.source} AS here SET {', '.join(pairs)}\nFROM {source}\nWHERE {condition}"


def _matched(keep: Keep) -> tuple[str, str]:
    """Return FROM and WHERE that bring a kept row ("kept") and its row in the table ("here") together."""
    if keep.key.columns:
        return f"{keep.attic_table} AS kept", _same_key(keep.key)
    numbered = ", ".join(_numbered(keep))
    spots = f"(SELECT tableoid AS place, ctid AS spot, {numbered} FROM {keep.source}) AS now"
    joined = f"{keep.attic_table} AS kept JOIN {spots} USING ({_row(keep)}, {_number(keep)})"
    return joined, "here.tableoid = now.place AND here.ctid = now.spot"


def _same_key(key: Key) -> str:
    return " AND ".join(f"here.{quote_ident(column.name)} = {column.value_sql('kept')}" for column in key.columns)


def _here(keep: Keep) -> tuple[str, str]:
    """Return the table as a source of rows for an UPDATE of its attic table, and what matches the two."""
    if keep.key.columns:
        return f"{keep.source} AS here", _same_key(keep.key)
    remade = ", ".join(quote_ident(column.name) for _, column in _remade(keep))
    rows = f"(SELECT {', '.join(_numbered(keep))}, {remade} FROM {keep.source}) AS here"
    return rows, f"here.{_row(keep)} = kept.{_row(keep)} AND here.{_number(keep)} = kept.{_number(keep)}"


def record_changed(keep: Keep) -> str:
    """Return what notes, after the change, what it made of the kept values; "" where nothing is to be noted."""
    remade = _remade(keep)
    if not remade:
        return ""
    pairs = [
        f"{_became(keep, position)} = here.{quote_ident(column.name)}{'::text' if is_foreign(column.new_type) else ''}"
        for position, column in remade
    ]
    source, condition = _here(keep)
    return f"UPDATE {keep.attic_table} AS kept SET {', '.join(pairs)}\nFROM {source}\nWHERE {condition}"


def mark_edited(keep: Keep) -> str:
    """Return what notes, before the rollback, which values somebody has set since; "" as in `record_changed`.

    Where the key is lent, it finds each kept row's place again: a row that has not changed since.
    """
    remade = _remade(keep)
    if not remade:
        return ""
    if keep.key.is_lent:
        return _found_again(keep, remade)
    pairs = [
        f"{_edited(keep, position)} = here.{quote_ident(column.name)}::text"
        f" IS DISTINCT FROM kept.{_became(keep, position)}::text"
        for position, column in remade
    ]
    source, condition = _here(keep)
    return f"UPDATE {keep.attic_table} AS kept SET {', '.join(pairs)}\nFROM {source}\nWHERE {condition}"


def _found_again(keep: Keep, remade: Sequence[tuple[int, KeptColumn]]) -> str:
    then = ", ".join((_row(keep), *(f"{_became(keep, position)}::text" for position, _ in remade)))
    now = ", ".join((_row_text(keep.key), *(f"{quote_ident(column.name)}::text" for _, column in remade)))
    lent = quote_ident(keep.key.lent)

    def counted(values: str, named: str, place: str) -> str:
        whole = f"ROW({values})::text"
        return f"(SELECT {named}, {whole} AS whole, row_number() OVER (PARTITION BY {whole}) AS number FROM {place})"

    return (
        f"UPDATE {keep.attic_table} AS kept SET {lent} = found.{lent}\n"
        f"FROM (SELECT spot, now.{lent} FROM {counted(then, 'ctid AS spot', keep.attic_table)} AS back\n"
        f"  LEFT JOIN {counted(now, lent, keep.source)} AS now USING (whole, number)) AS found\n"
        "WHERE kept.ctid = found.spot"
    )


def lend(keep: Keep) -> tuple[str, ...]:
    """Return what gives a table without a key one for the time of a transaction; nothing where it has its own."""
    if not keep.key.is_lent:
        return ()
    column = f"{quote_ident(keep.key.lent)} uuid DEFAULT pg_catalog.gen_random_uuid()"
    return (f"ALTER TABLE {keep.source} ADD COLUMN {column}",)


def take_back(keep: Keep) -> tuple[str, ...]:
    """Return what takes the lent key away again."""
    if not keep.key.is_lent:
        return ()
    return (f"ALTER TABLE {keep.source} DROP COLUMN {quote_ident(keep.key.lent)}",)


def _remade(keep: Keep) -> list[tuple[int, KeptColumn]]:
    if not keep.values:
        return []
    return [(position, column) for position, column in enumerate(keep.columns) if column.is_remade]


def position_back(keep: Keep, owner: tuple[str, str, str] | None) -> str:
    """Return what sets a sequence to where it was, or beyond the numbers that rows have got since."""
    sequence = f"{quote_literal(keep.source)}::regclass"
    top, way = _top(keep, owner), "sign(seqincrement)::numeric"
    return (
        "SELECT pg_catalog.setval(seqrelid::regclass, CASE WHEN beyond THEN now.top ELSE last_value END,"
        " beyond OR is_called)\n"
        f"FROM {keep.attic_table} AS kept, (SELECT {top} AS top) AS now, pg_catalog.pg_sequence,\n"
        f"  LATERAL (SELECT now.top IS NOT NULL AND {way} * (now.top - last_value) > 0"
        f" AND (kept.top IS NULL OR {way} * (now.top - kept.top) > 0) AS beyond) AS judged\n"
        f"WHERE seqrelid = {sequence} AND last_value BETWEEN seqmin AND seqmax"
    )


def _top(keep: Keep, owner: tuple[str, str, str] | None) -> str:
    """Return the number that a sequence has got to in the rows of the column that it numbers; NULL for none."""
    if not owner:
        return "NULL::bigint"
    column, sequence = quote_ident(owner[2]), quote_literal(keep.source)
    last = f"CASE WHEN step.seqincrement < 0 THEN min(counted.{column}) ELSE max(counted.{column}) END::bigint"
    counted = f"{qualified(owner[0], owner[1])} AS counted, pg_catalog.pg_sequence AS step"
    return f"(SELECT {last} FROM {counted} WHERE step.seqrelid = {sequence}::regclass GROUP BY step.seqincrement)"


def number_rows(schema: str, table: str, column: str) -> str:
    """Return the UPDATE that gives rows without a number one above all present ones."""
    name, place = quote_ident(column), qualified(schema, table)
    counted = f"(SELECT coalesce(max({name}), 0) FROM {place}) + row_number() OVER ()"
    return (
        f"UPDATE {place} AS here SET {name} = found.number\n"
        f"FROM (SELECT tableoid AS place, ctid AS spot, {counted} AS number FROM {place}"
        f" WHERE {name} IS NULL) AS found\n"
        "WHERE here.tableoid = found.place AND here.ctid = found.spot"
    )


def is_number_rows(text: str, key: ColumnKey) -> bool:
    """Tell whether a statement is the one of `number_rows` for a column."""
    return text == number_rows(*key)


def without_kept(keep: Keep) -> str:
    """Return the condition, on a row of the source named `here`, that the attic holds nothing of it."""
    if keep.key.columns and not keep.key.is_lent:
        return f"NOT EXISTS (SELECT FROM {keep.attic_table} AS kept WHERE {_same_key(keep.key)})"
    return (
        f"NOT EXISTS (SELECT FROM {keep.attic_table} AS kept WHERE kept.{_row(keep)} = {_row_text(keep.key, 'here.')})"
    )
