"""Readers of every statement but ALTER TABLE: from a syntax tree to effects."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from supasync.core.changes.effect import Effect, Verb
from supasync.core.changes.read_alter_table import constraint_detail, sequence_option
from supasync.core.changes.read_grant import read_default_privileges, read_grant, read_membership, read_role_setting
from supasync.core.sql import expression_sql, quote_ident
from supasync.core.sql.names import (
    Reference,
    arguments_sql,
    dotted,
    kind_word,
    object_reference,
    relation,
    role_name,
    strings,
    type_sql,
    walk,
    with_arguments,
)

Node = Mapping[str, Any]
Reader = Callable[[Node], tuple[Effect, ...]]
# Dropping one of these loses rows or a position that nothing else can rebuild.
_LOSING = frozenset({"table", "schema", "sequence", "extension"})
_RENAMED_IN_TABLE = frozenset({"column", "constraint", "policy", "trigger", "rule", "attribute"})
_SEQUENCE_POSITION = frozenset({"restart"})
# Statements that name their object in one field: verb, kind, field.
_NAMED = {
    "create_schema_stmt": (Verb.CREATE, "schema", "schemaname"),
    "create_extension_stmt": (Verb.CREATE, "extension", "extname"),
    "create_fdw_stmt": (Verb.CREATE, "foreign data wrapper", "fdwname"),
    "create_foreign_server_stmt": (Verb.CREATE, "server", "servername"),
    "create_role_stmt": (Verb.CREATE, "role", "role"),
    "create_publication_stmt": (Verb.CREATE, "publication", "pubname"),
    "create_subscription_stmt": (Verb.CREATE, "subscription", "subname"),
    "create_event_trig_stmt": (Verb.CREATE, "event trigger", "trigname"),
    "create_am_stmt": (Verb.CREATE, "access method", "amname"),
    "create_plang_stmt": (Verb.CREATE, "language", "plname"),
    "alter_extension_stmt": (Verb.ALTER, "extension", "extname"),
    "alter_extension_contents_stmt": (Verb.ALTER, "extension", "extname"),
    "alter_fdw_stmt": (Verb.ALTER, "foreign data wrapper", "fdwname"),
    "alter_foreign_server_stmt": (Verb.ALTER, "server", "servername"),
    "alter_subscription_stmt": (Verb.ALTER, "subscription", "subname"),
    "alter_event_trig_stmt": (Verb.ALTER, "event trigger", "trigname"),
    "alter_database_set_stmt": (Verb.ALTER, "database", "dbname"),
    "alter_database_stmt": (Verb.ALTER, "database", "dbname"),
    "drop_subscription_stmt": (Verb.DROP, "subscription", "subname"),
    "do_stmt": (Verb.OTHER, "code block", "none"),
}
# Statements that name their object in a list of words: verb, kind, field.
_DOTTED = {
    "create_enum_stmt": (Verb.CREATE, "enum", "type_name"),
    "create_range_stmt": (Verb.CREATE, "range type", "type_name"),
    "create_domain_stmt": (Verb.CREATE, "domain", "domainname"),
    "create_stats_stmt": (Verb.CREATE, "statistics", "defnames"),
    "create_op_class_stmt": (Verb.CREATE, "operator class", "opclassname"),
    "create_op_family_stmt": (Verb.CREATE, "operator family", "opfamilyname"),
    "create_conversion_stmt": (Verb.CREATE, "conversion", "conversion_name"),
    "alter_op_family_stmt": (Verb.ALTER, "operator family", "opfamilyname"),
    "alter_stats_stmt": (Verb.ALTER, "statistics", "defnames"),
    "alter_tsconfiguration_stmt": (Verb.ALTER, "text search configuration", "cfgname"),
    "alter_tsdictionary_stmt": (Verb.ALTER, "text search dictionary", "dictname"),
    "alter_type_stmt": (Verb.ALTER, "type", "type_name"),
    "alter_collation_stmt": (Verb.ALTER, "collation", "collname"),
}
# Statements that name a table-like object: verb, kind, field.
_RELATIONS = {
    "view_stmt": (Verb.CREATE, "view", "view"),
    "create_seq_stmt": (Verb.CREATE, "sequence", "sequence"),
    "composite_type_stmt": (Verb.CREATE, "composite type", "typevar"),
    "refresh_mat_view_stmt": (Verb.OTHER, "data", "relation"),
}
# Statements of something that lives in a table: verb, kind, field of the name, field of the table.
_IN_TABLE = {
    "create_trig_stmt": (Verb.CREATE, "trigger", "trigname", "relation"),
    "create_policy_stmt": (Verb.CREATE, "policy", "policy_name", "table"),
    "alter_policy_stmt": (Verb.ALTER, "policy", "policy_name", "table"),
    "rule_stmt": (Verb.CREATE, "rule", "rulename", "relation"),
}
_CHANGES_ROWS = ("delete_stmt", "update_stmt", "insert_stmt", "merge_stmt")
_DATA = frozenset({"insert_stmt", "update_stmt", "merge_stmt", "copy_stmt", "select_stmt"})
_RUNS_QUERIES = _DATA | {"delete_stmt", "prepare_stmt", "explain_stmt", "create_table_as_stmt", "declare_cursor_stmt"}
_SESSION = frozenset({"variable_set_stmt", "transaction_stmt", "discard_stmt", "constraints_set_stmt", "lock_stmt"})


def read_statement(kind: str, node: Node) -> tuple[Effect, ...]:
    """Return the effects of a statement, () for one that this module does not know."""
    return (
        *_read(kind, node),
        *(effect for inner, found in rows_changed_in(kind, node) for effect in _read(inner, found)),
    )


def rows_changed_in(kind: str, node: Node) -> Iterator[tuple[str, Node]]:
    """Yield the statements within a statement that change rows when it runs: in WITH, PREPARE, EXPLAIN."""
    if kind in _RUNS_QUERIES:
        for inner in _CHANGES_ROWS:
            yield from ((inner, found) for found in walk(node, inner))


def _read(kind: str, node: Node) -> tuple[Effect, ...]:
    if kind in _NAMED:
        verb, word, field = _NAMED[kind]
        return (Effect(verb, word, "", str(node.get(field, ""))),)
    if kind in _DOTTED:
        verb, word, field = _DOTTED[kind]
        return (_effect(verb, word, dotted(strings(node.get(field, ())))),)
    if kind in _RELATIONS:
        verb, word, field = _RELATIONS[kind]
        return (_effect(verb, word, relation(node.get(field, {}))),)
    if kind in _IN_TABLE:
        verb, word, field, table_field = _IN_TABLE[kind]
        table = relation(node.get(table_field, {}))
        return (Effect(verb, word, table.schema, str(node.get(field, "")), table.name),)
    if kind in _DATA or kind == "delete_stmt":
        target = relation(node.get("relation", {}))
        deletes = kind == "delete_stmt" or any(
            found.get("command_type") == "CMD_DELETE" for found in walk(node, "merge_when_clause")
        )
        return (_effect(Verb.OTHER, "data", target, kind.removesuffix("_stmt").upper(), deletes),)
    if kind in _SESSION:
        return (Effect(Verb.SET, "session", "", str(node.get("name", kind.removesuffix("_stmt")))),)
    reader = _READERS.get(kind)
    return reader(node) if reader else ()


def _effect(verb: Verb, kind: str, named: Reference, detail: str = "", destructive: bool = False) -> Effect:
    return Effect(verb, kind, named.schema, named.name, named.table, detail, destructive)


def _create_table(node: Node) -> tuple[Effect, ...]:
    columns = sum("column_def" in element for element in node.get("table_elts", ()))
    detail = f"{columns} column{'' if columns == 1 else 's'}"
    if "partbound" in node:
        detail = f"partition of {relation(node['inh_relations'][0]['range_var']).name}"
    return (_effect(Verb.CREATE, "table", relation(node.get("relation", {})), detail),)


def _create_foreign_table(node: Node) -> tuple[Effect, ...]:
    table = _create_table(node.get("base_stmt", {}))[0]
    return (Effect(Verb.CREATE, "foreign table", table.schema, table.name, detail=table.detail),)


def _create_table_as(node: Node) -> tuple[Effect, ...]:
    target = relation(node.get("into", {}).get("rel", {}))
    return (_effect(Verb.CREATE, kind_word(node.get("objtype", "OBJECT_TABLE")), target),)


def _create_index(node: Node) -> tuple[Effect, ...]:
    table = relation(node.get("relation", {}))
    detail = "UNIQUE" if node.get("unique") else ""
    return (Effect(Verb.CREATE, "index", table.schema, str(node.get("idxname", "")), table.name, detail),)


def _create_function(node: Node) -> tuple[Effect, ...]:
    named = dotted(strings(node.get("funcname", ())))
    word = "procedure" if node.get("is_procedure") else "function"
    name = f"{named.name}({arguments_sql(node.get('parameters', ()))})"
    return (Effect(Verb.CREATE, word, named.schema, name),)


def _define(node: Node) -> tuple[Effect, ...]:
    word = kind_word(str(node.get("kind", "")))
    named = dotted(strings(node.get("defnames", ())))
    name = named.name
    if word == "aggregate":
        items = node.get("args", [{}])[0].get("list", {}).get("items", [])
        name = f"{name}({arguments_sql(items)})"
    if word == "operator":
        sides = {
            item["def_elem"].get("defname"): item["def_elem"].get("arg", {}) for item in node.get("definition", ())
        }
        arguments = (sides[side]["type_name"] for side in ("leftarg", "rightarg") if "type_name" in sides.get(side, {}))
        name = f"{name}({', '.join(map(type_sql, arguments))})"
    return (Effect(Verb.CREATE, word, named.schema, name),)


def _create_cast(node: Node) -> tuple[Effect, ...]:
    name = f"{type_sql(node.get('sourcetype', {}))} AS {type_sql(node.get('targettype', {}))}"
    return (Effect(Verb.CREATE, "cast", "", name),)


def _create_transform(node: Node) -> tuple[Effect, ...]:
    name = f"FOR {type_sql(node.get('type_name', {}))} LANGUAGE {node.get('lang', '')}"
    return (Effect(Verb.CREATE, "transform", "", name),)


def _user_mapping(verb: Verb) -> Reader:
    def read(node: Node) -> tuple[Effect, ...]:
        return (Effect(verb, "user mapping", "", role_name(node.get("user", {})), str(node.get("servername", ""))),)

    return read


def _alter_enum(node: Node) -> tuple[Effect, ...]:
    enum = dotted(strings(node.get("type_name", ())))
    new, old = str(node.get("new_val", "")), str(node.get("old_val", ""))
    if old:
        return (Effect(Verb.ALTER, "enum value", enum.schema, old, enum.name, f"RENAME TO {new}"),)
    return (Effect(Verb.CREATE, "enum value", enum.schema, new, enum.name),)


def _alter_domain(node: Node) -> tuple[Effect, ...]:
    domain = dotted(strings(node.get("type_name", ())))
    constraint = node.get("def", {}).get("constraint", {})
    match node.get("subtype"):
        case "C":
            name = str(constraint.get("conname", ""))
            detail = constraint_detail(constraint)
            return (Effect(Verb.CREATE, "domain constraint", domain.schema, name, domain.name, detail),)
        case "X":
            return (Effect(Verb.DROP, "domain constraint", domain.schema, str(node.get("name", "")), domain.name),)
        case "V":
            name = str(node.get("name", ""))
            return (Effect(Verb.ALTER, "domain constraint", domain.schema, name, domain.name, "VALIDATE"),)
        case "O":
            return (_effect(Verb.ALTER, "domain", domain, "SET NOT NULL"),)
        case "N":
            return (_effect(Verb.ALTER, "domain", domain, "DROP NOT NULL"),)
        case _:
            default = f"SET DEFAULT {expression_sql(node['def'])}" if "def" in node else "DROP DEFAULT"
            return (_effect(Verb.ALTER, "domain", domain, default),)


def _alter_sequence(node: Node) -> tuple[Effect, ...]:
    options = [item["def_elem"].get("defname", "") for item in node.get("options", ())]
    detail = " ".join(sequence_option(item["def_elem"]) for item in node.get("options", ()))
    target = relation(node.get("sequence", {}))
    return (_effect(Verb.ALTER, "sequence", target, detail, not _SEQUENCE_POSITION.isdisjoint(options)),)


def _alter_function(node: Node) -> tuple[Effect, ...]:
    word = kind_word(node.get("objtype", "OBJECT_FUNCTION"))
    actions = [item["def_elem"].get("defname", "") for item in node.get("actions", ())]
    return (_effect(Verb.ALTER, word, with_arguments(node.get("func", {})), "SET " + ", ".join(actions).upper()),)


def _alter_operator(node: Node) -> tuple[Effect, ...]:
    return (
        _effect(Verb.ALTER, "operator", with_arguments(node.get("opername", {}).get("object_with_args", {})), "SET"),
    )


def _alter_publication(node: Node) -> tuple[Effect, ...]:
    words = {"AP_AddObjects": "ADD", "AP_DropObjects": "DROP"}.get(str(node.get("action", "")), "SET")
    members = [_publication_member(item.get("publication_obj_spec", {})) for item in node.get("pubobjects", ())]
    options = [item["def_elem"].get("defname", "") for item in node.get("options", ())]
    detail = f"{words} {', '.join(members)}" if members else f"SET ({', '.join(options)})"
    return (Effect(Verb.ALTER, "publication", "", str(node.get("pubname", "")), detail=detail),)


def _publication_member(spec: Node) -> str:
    if "pubtable" not in spec:
        return f"TABLES IN SCHEMA {quote_ident(str(spec.get('name', '')))}"
    table = relation(spec["pubtable"].get("relation", {}))
    prefix = "" if table.schema == "public" else quote_ident(table.schema) + "."
    return f"TABLE {prefix}{quote_ident(table.name)}"


def _of_object(node: Node, field: str) -> tuple[str, Reference]:
    word = kind_word(str(node.get(field, "")))
    if "relation" in node:
        return word, relation(node["relation"])
    return word, object_reference(word, node.get("object", {}))


def _alter_owner(node: Node) -> tuple[Effect, ...]:
    word, named = _of_object(node, "object_type")
    return (_effect(Verb.ALTER, word, named, f"OWNER TO {role_name(node.get('newowner', {}))}"),)


def _alter_schema(node: Node) -> tuple[Effect, ...]:
    word, named = _of_object(node, "object_type")
    return (_effect(Verb.ALTER, word, named, f"SET SCHEMA {quote_ident(str(node.get('newschema', '')))}"),)


def _rename(node: Node) -> tuple[Effect, ...]:
    word, named = _of_object(node, "rename_type")
    old = str(node.get("subname", ""))
    if word in _RENAMED_IN_TABLE and old:
        named = Reference(named.schema, old, named.name)
    return (_effect(Verb.ALTER, word, named, f"RENAME TO {quote_ident(str(node.get('newname', '')))}"),)


def _comment(node: Node) -> tuple[Effect, ...]:
    word = kind_word(str(node.get("objtype", "")))
    named = object_reference(word, node.get("object", {}))
    return (_effect(Verb.COMMENT, word, named, "set" if node.get("comment") else "removed"),)


def _drop(node: Node) -> tuple[Effect, ...]:
    word = kind_word(str(node.get("remove_type", "")))
    cascade = node.get("behavior") == "DROP_CASCADE"
    # Columns are of types and collations, computed by functions and operators, and go with them.
    destructive = word in _LOSING or cascade
    detail = "CASCADE" if cascade else ""
    found = (object_reference(word, entry) for entry in node.get("objects", ()))
    return tuple(_effect(Verb.DROP, word, named, detail, destructive) for named in found)


def _drop_roles(node: Node) -> tuple[Effect, ...]:
    return tuple(Effect(Verb.DROP, "role", "", role_name(role)) for role in node.get("roles", ()))


def _drop_owned(node: Node) -> tuple[Effect, ...]:
    roles = node.get("roles", ())
    return tuple(Effect(Verb.DROP, "everything owned by", "", role_name(role), destructive=True) for role in roles)


def _truncate(node: Node) -> tuple[Effect, ...]:
    tables = (relation(entry["range_var"]) for entry in node.get("relations", ()))
    return tuple(_effect(Verb.OTHER, "data", table, "TRUNCATE", True) for table in tables)


def _alter_role(node: Node) -> tuple[Effect, ...]:
    return (Effect(Verb.ALTER, "role", "", role_name(node.get("role", {}))),)


_READERS: dict[str, Reader] = {
    "create_stmt": _create_table, "create_foreign_table_stmt": _create_foreign_table,
    "create_table_as_stmt": _create_table_as, "index_stmt": _create_index, "create_function_stmt": _create_function,
    "define_stmt": _define, "create_cast_stmt": _create_cast, "create_transform_stmt": _create_transform,
    "create_user_mapping_stmt": _user_mapping(Verb.CREATE), "alter_user_mapping_stmt": _user_mapping(Verb.ALTER),
    "drop_user_mapping_stmt": _user_mapping(Verb.DROP), "alter_enum_stmt": _alter_enum,
    "alter_domain_stmt": _alter_domain, "alter_seq_stmt": _alter_sequence, "alter_function_stmt": _alter_function,
    "alter_operator_stmt": _alter_operator, "alter_publication_stmt": _alter_publication,
    "alter_owner_stmt": _alter_owner, "alter_object_schema_stmt": _alter_schema, "rename_stmt": _rename,
    "comment_stmt": _comment, "drop_stmt": _drop, "drop_role_stmt": _drop_roles, "drop_owned_stmt": _drop_owned,
    "truncate_stmt": _truncate, "alter_role_stmt": _alter_role, "alter_role_set_stmt": read_role_setting,
    "grant_stmt": read_grant, "grant_role_stmt": read_membership,
    "alter_default_privileges_stmt": read_default_privileges,
}  # fmt: skip
