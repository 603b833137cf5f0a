"""Readers of ALTER TABLE and its kin: one effect for one sub-command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from supasync.core.changes.effect import Effect, Verb
from supasync.core.sql import expression_sql, qualified, quote_ident, statement_sql, tree
from supasync.core.sql.names import Reference, kind_word, relation, role_name, strings, type_sql
from supasync.core.sql.type_names import CATALOG_TYPES

Node = Mapping[str, Any]
_STORAGE = "SET STORAGE"
RESTART = re.compile(r"\bRESTART\b")
"""What an identity's change says when it forgets its position."""
# Sub-commands of the whole table: the words that describe them.
_TABLE_WORDS = {
    "AT_SetLogged": "SET LOGGED", "AT_SetUnLogged": "SET UNLOGGED", "AT_DropCluster": "SET WITHOUT CLUSTER",
    "AT_ClusterOn": "CLUSTER ON", "AT_AddInherit": "INHERIT", "AT_DropInherit": "NO INHERIT",
    "AT_AttachPartition": "ATTACH PARTITION", "AT_DetachPartition": "DETACH PARTITION",
    "AT_DetachPartitionFinalize": "DETACH PARTITION FINALIZE", "AT_ReplicaIdentity": "REPLICA IDENTITY",
    "AT_SetAccessMethod": "SET ACCESS METHOD", "AT_SetTableSpace": "SET TABLESPACE", "AT_AddOf": "OF",
    "AT_DropOf": "NOT OF", "AT_DropOids": "SET WITHOUT OIDS", "AT_GenericOptions": "OPTIONS",
}  # fmt: skip
_SECURITY_WORDS = {
    "AT_EnableRowSecurity": "ENABLE ROW LEVEL SECURITY", "AT_DisableRowSecurity": "DISABLE ROW LEVEL SECURITY",
    "AT_ForceRowSecurity": "FORCE ROW LEVEL SECURITY", "AT_NoForceRowSecurity": "NO FORCE ROW LEVEL SECURITY",
}  # fmt: skip
_SWITCH_WORDS = {
    "AT_EnableTrig": ("trigger", "ENABLE"), "AT_EnableAlwaysTrig": ("trigger", "ENABLE ALWAYS"),
    "AT_EnableReplicaTrig": ("trigger", "ENABLE REPLICA"), "AT_DisableTrig": ("trigger", "DISABLE"),
    "AT_EnableTrigAll": ("trigger", "ENABLE"), "AT_DisableTrigAll": ("trigger", "DISABLE"),
    "AT_EnableTrigUser": ("trigger", "ENABLE"), "AT_DisableTrigUser": ("trigger", "DISABLE"),
    "AT_EnableRule": ("rule", "ENABLE"), "AT_EnableAlwaysRule": ("rule", "ENABLE ALWAYS"),
    "AT_EnableReplicaRule": ("rule", "ENABLE REPLICA"), "AT_DisableRule": ("rule", "DISABLE"),
}  # fmt: skip
_COLUMN_WORDS = {
    "AT_SetNotNull": "SET NOT NULL", "AT_DropNotNull": "DROP NOT NULL", "AT_DropIdentity": "DROP IDENTITY",
    "AT_DropExpression": "DROP EXPRESSION", "AT_SetStatistics": "SET STATISTICS", "AT_SetStorage": _STORAGE,
    "AT_SetCompression": "SET COMPRESSION", "AT_SetOptions": "SET", "AT_ResetOptions": "RESET",
    "AT_AlterColumnGenericOptions": "OPTIONS", "AT_SetIdentity": "SET GENERATED", "AT_SetExpression": "SET EXPRESSION",
}  # fmt: skip
CONSTRAINT_WORDS = {
    "CONSTR_PRIMARY": "PRIMARY KEY", "CONSTR_UNIQUE": "UNIQUE", "CONSTR_CHECK": "CHECK",
    "CONSTR_FOREIGN": "FOREIGN KEY", "CONSTR_EXCLUSION": "EXCLUDE", "CONSTR_NOTNULL": "NOT NULL",
}  # fmt: skip


def commands(node: Node) -> list[Node]:
    """Return the sub-commands of an ALTER TABLE (INDEX, VIEW, ...) statement's tree."""
    return [command["alter_table_cmd"] for command in node.get("cmds", ())]


def single_command_sql(node: Node, index: int) -> str:
    """Return the SQL of an ALTER TABLE with only its sub-command number `index`."""
    return statement_sql("alter_table_stmt", {**node, "cmds": [node["cmds"][index]]})


def column_of(command: Node) -> Node:
    """Return the column definition that a sub-command carries."""
    definition: Node = command.get("def", {}).get("column_def", {})
    return definition


def constraint_of(command: Node) -> Node:
    """Return the constraint that a sub-command adds."""
    constraint: Node = command.get("def", {}).get("constraint", {})
    return constraint


def read_command(node: Node, command: Node) -> Effect:
    """Return the effect of one sub-command of ALTER TABLE, INDEX, VIEW, SEQUENCE or TYPE."""
    target = relation(node.get("relation", {}))
    kind = kind_word(node.get("objtype", "OBJECT_TABLE"))
    action = str(command.get("subtype", ""))
    name = str(command.get("name", ""))
    if action == "AT_AddColumn":
        return _add_column(kind, target, column_of(command))
    if action == "AT_DropColumn":
        part = "attribute" if kind == "type" else "column"
        return Effect(Verb.DROP, part, target.schema, name, target.name, destructive=kind != "foreign table")
    if action in ("AT_AddConstraint", "AT_DropConstraint", "AT_ValidateConstraint", "AT_AlterConstraint"):
        return _constraint(action, target, name, constraint_of(command))
    if action in _SECURITY_WORDS:
        return Effect(Verb.ALTER, "row security", target.schema, target.name, target.name, _SECURITY_WORDS[action])
    if action in _SWITCH_WORDS:
        part, words = _SWITCH_WORDS[action]
        shown = name or action.removeprefix("AT_EnableTrig").removeprefix("AT_DisableTrig").upper()
        return Effect(Verb.ALTER, part, target.schema, shown, target.name, words)
    if action in _COLUMN_WORDS or action in ("AT_ColumnDefault", "AT_AlterColumnType", "AT_AddIdentity"):
        return _alter_column(kind, target, command, action, name)
    return Effect(Verb.ALTER, kind, target.schema, target.name, "", _table_words(action, name, command))


def _add_column(kind: str, target: Reference, column: Node) -> Effect:
    part = "attribute" if kind == "type" else "column"
    words = [type_sql(column.get("type_name", {}))]
    for constraint in (entry["constraint"] for entry in column.get("constraints", ())):
        words.append(constraint_words(constraint))
    detail = " ".join(filter(None, words))
    return Effect(Verb.CREATE, part, target.schema, str(column.get("colname", "")), target.name, detail)


def constraint_words(constraint: Node) -> str:
    """Return a constraint as it stands in a column definition, without the parts that a reader can do without."""
    kind = constraint.get("contype", "")
    expression = expression_sql(constraint["raw_expr"]) if "raw_expr" in constraint else ""
    if kind == "CONSTR_DEFAULT":
        return f"DEFAULT {expression}"
    if kind == "CONSTR_GENERATED":
        return f"GENERATED ALWAYS AS ({expression})"
    if kind == "CONSTR_IDENTITY":
        return "GENERATED " + ("ALWAYS" if constraint.get("generated_when") == "a" else "BY DEFAULT") + " AS IDENTITY"
    if kind == "CONSTR_CHECK":
        return f"CHECK ({expression})"
    if kind == "CONSTR_FOREIGN":
        return f"REFERENCES {_referenced(constraint)}"
    return CONSTRAINT_WORDS.get(kind, "")


def _referenced(constraint: Node) -> str:
    other = relation(constraint.get("pktable", {}))
    prefix = "" if other.schema == "public" else quote_ident(other.schema) + "."
    columns = ", ".join(map(quote_ident, strings(constraint.get("pk_attrs", ()))))
    return f"{prefix}{quote_ident(other.name)}({columns})" if columns else prefix + quote_ident(other.name)


def _constraint(action: str, target: Reference, name: str, constraint: Node) -> Effect:
    if action == "AT_DropConstraint":
        return Effect(Verb.DROP, "constraint", target.schema, name, target.name)
    if action == "AT_ValidateConstraint":
        return Effect(Verb.ALTER, "constraint", target.schema, name, target.name, "VALIDATE")
    shown = str(constraint.get("conname", name))
    if action == "AT_AlterConstraint":
        return Effect(Verb.ALTER, "constraint", target.schema, shown, target.name, "ALTER")
    return Effect(Verb.CREATE, "constraint", target.schema, shown, target.name, constraint_detail(constraint))


def constraint_detail(constraint: Node) -> str:
    """Return a table constraint in short: `UNIQUE (name)`, `FOREIGN KEY (a) REFERENCES t(id)`, `CHECK (n > 0)`."""
    words = CONSTRAINT_WORDS.get(constraint.get("contype", ""), "")
    if "raw_expr" in constraint:
        words += f" ({expression_sql(constraint['raw_expr'])})"
    columns = strings(constraint.get("fk_attrs", ())) or strings(constraint.get("keys", ()))
    if columns:
        words += f" ({', '.join(map(quote_ident, columns))})"
    if "pktable" in constraint:
        words += f" REFERENCES {_referenced(constraint)}"
    if "indexname" in constraint:
        words += f" USING INDEX {quote_ident(constraint['indexname'])}"
    return words + (" NOT VALID" if constraint.get("skip_validation") else "")


def _alter_column(kind: str, target: Reference, command: Node, action: str, name: str) -> Effect:
    part = "attribute" if kind == "type" else "column"
    definition = command.get("def", {})
    detail = _COLUMN_WORDS.get(action, "")
    if action == "AT_ColumnDefault":
        detail = f"SET DEFAULT {expression_sql(definition)}" if definition else "DROP DEFAULT"
    elif action == "AT_AlterColumnType":
        column = column_of(command)
        detail = f"TYPE {type_sql(column.get('type_name', {}))}"
        if "coll_clause" in column:
            detail += f" COLLATE {'.'.join(map(quote_ident, strings(column['coll_clause'].get('collname', ()))))}"
    elif action == "AT_AddIdentity":
        detail = "ADD " + constraint_words(constraint_of(command))
    elif action == "AT_SetExpression":
        detail += f" AS ({expression_sql(definition)})"
    elif action in ("AT_SetStatistics", "AT_SetStorage", "AT_SetCompression"):
        detail += " " + str(definition.get("integer", {}).get("ival", definition.get("string", {}).get("sval", 0)))
    elif action == "AT_SetIdentity":
        detail = _identity_words(definition.get("list", {}).get("items", ()))
    restarts = action == "AT_SetIdentity" and RESTART.search(detail) is not None
    return Effect(Verb.ALTER, part, target.schema, name, target.name, detail, restarts)


def _identity_words(items: Any) -> str:
    words: list[str] = []
    for option in (item["def_elem"] for item in items):
        if option.get("defname") == "generated":
            always = option.get("arg", {}).get("integer", {}).get("ival") == ord("a")
            words.append("SET GENERATED ALWAYS" if always else "SET GENERATED BY DEFAULT")
        else:
            set_ = "" if option.get("defname") == "restart" else "SET "
            words.append(set_ + sequence_option(option))
    return " ".join(words)


def sequence_option(option: Node) -> str:
    """Return one option of a sequence or an identity column as SQL writes it."""
    words, argument = str(option.get("defname", "")).replace("_", " ").upper(), option.get("arg", {})
    if words == "CYCLE":
        return words if argument.get("boolean", {}).get("boolval") else "NO CYCLE"
    if words in ("MINVALUE", "MAXVALUE") and not argument:
        return f"NO {words}"
    if "type_name" in argument:
        return f"{words} {type_sql(argument['type_name'])}"
    if "list" in argument:
        return f"{words} {'.'.join(map(quote_ident, strings(argument['list'].get('items', ()))))}"
    # A zero is an integer without a value, a number beyond 32 bits no integer to the parser.
    value = argument["integer"].get("ival", 0) if "integer" in argument else argument.get("float", {}).get("fval", "")
    return f"{words} {value}".rstrip()


def _table_words(action: str, name: str, command: Node) -> str:
    if action == "AT_ChangeOwner":
        return f"OWNER TO {role_name(command.get('newowner', {}))}"
    definition = command.get("def", {})
    if action in ("AT_SetRelOptions", "AT_ResetRelOptions"):
        options = [item["def_elem"].get("defname", "") for item in definition.get("list", {}).get("items", ())]
        return f"{'SET' if action == 'AT_SetRelOptions' else 'RESET'} ({', '.join(options)})"
    words = _TABLE_WORDS.get(action, action.removeprefix("AT_"))
    other = definition.get("range_var") or definition.get("partition_cmd", {}).get("name")
    return " ".join(filter(None, [words, relation(other).name if other else quote_ident(name) if name else ""]))


def column_commands(text: str) -> Iterator[tuple[str, str]]:
    """Yield (subtype, qualified column) of each ADD COLUMN and DROP COLUMN of a statement."""
    for schema, table, command in alter_table_commands(text):
        if command["subtype"] in ("AT_AddColumn", "AT_DropColumn"):
            name = command.get("name") or command["def"]["column_def"].get("colname", "")
            yield command["subtype"], f"{qualified(schema, table)}.{quote_ident(name)}"


def alter_table_commands(text: str) -> Iterator[tuple[str, str, Node]]:
    """Yield (schema, table, sub-command) of an ALTER TABLE statement; nothing for other statements."""
    kind, node = tree(text)
    if kind != "alter_table_stmt":
        return
    relation = node["relation"]
    for item in node["cmds"]:
        yield relation.get("schemaname", "public"), relation["relname"], item["alter_table_cmd"]


_TEXTS = frozenset({"text", "text[]"})


def _in_public(name: str) -> str:
    """Return a type's name as it is without `public.`, unless that makes it another type's: public.text is no text."""
    plain = name.removeprefix("public.")
    return name if plain.removesuffix("[]").partition("(")[0] in CATALOG_TYPES else plain


def takes_values_as_they_are(node: Node, column: str) -> bool:
    """Tell whether an ALTER COLUMN ... TYPE has no USING, or the column cast to the new type, by way of text at most.

    Another cast (`v::varchar(3)::text`) may cut what the new type would hold. `node` is the statement's.
    """
    definition = column_of(commands(node)[0])
    new = _in_public(type_sql(definition.get("type_name", {})))
    value, allowed = definition.get("raw_default", {}), {new, *_TEXTS}
    if not value:
        return True
    while "type_cast" in value:
        cast = type_sql(value["type_cast"]["type_name"])
        if (cast if cast in _TEXTS else _in_public(cast)) not in allowed:
            return False
        value, allowed = value["type_cast"].get("arg", {}), set(_TEXTS)
    return strings(value.get("column_ref", {}).get("fields", ()))[-1:] == [column]
