"""The statements that make the members of a stand-in, kind by kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import groupby

from supasync.core.catalog.stand_in_names import MODIFIER_IN, MODIFIER_OUT, TEXT_IN, TEXT_OUT, Description, Writer
from supasync.core.sql import quote_literal

_VOLATILITY = {"i": "immutable", "s": "stable", "v": "volatile"}
_PARALLEL = {"s": "safe", "r": "restricted", "u": "unsafe"}
_CONTEXT = {"i": " as implicit", "a": " as assignment", "e": ""}
_RIGHTS = ("SELECT", "INSERT", "UPDATE", "DELETE")
# The tokens of PostgreSQL's own parser (ts_token_type('default')), from number 1 on; that of a stand-in has the same.
_TOKENS = (
    "asciiword", "word", "numword", "email", "url", "host", "sfloat", "version", "hword_numpart", "hword_part",
    "hword_asciipart", "blank", "tag", "protocol", "numhword", "asciihword", "hword", "url_path", "file", "float",
    "int", "uint", "entity",
)  # fmt: skip
_INDEX_METHODS = frozenset({"btree", "hash", "gist", "gin", "spgist", "brin"})
# An index of another method is an empty GiST, whose handler takes operators to order by as well. Compressing a value
# (function 3) is an error, so that no function of another type ever sees one.
_GIST_FUNCTIONS = (
    "function 1 pg_catalog.gist_box_consistent(internal, box, smallint, oid, internal)",
    "function 2 pg_catalog.gist_box_union(internal, internal)",
    "function 3 pg_catalog.internal_in(cstring)",
    "function 5 pg_catalog.gist_box_penalty(internal, internal, internal)",
    "function 6 pg_catalog.gist_box_picksplit(internal, internal)",
    "function 7 pg_catalog.gist_box_same(box, box, internal)",
)


def _schema(writer: Writer, told: Description) -> Iterator[str]:
    name = writer.identifier(told["name"])
    yield f"create schema {name}"
    yield f"grant usage on schema {name} to public"


def _shell_of_base_type(writer: Writer, told: Description) -> Iterator[str]:
    yield f"create type {writer.name(told['name'])}"


def _base_type(writer: Writer, told: Description) -> Iterator[str]:
    options = [f"input = {writer.name(told['input'])}", f"output = {writer.name(told['output'])}"]
    if told["modifier input"]:
        options.append(f"typmod_in = {writer.name(told['modifier input'])}")
    if told["modifier output"]:  # without one a number is shown as (number) anyway
        options.append(f"typmod_out = {writer.name(told['modifier output'])}")
    options += [
        "internallength = variable",
        "storage = extended",
        f"category = {writer.literal(told['category'])}",
        f"preferred = {str(told['preferred']).lower()}",
        f"delimiter = {writer.literal(told['delimiter'])}",
        f"collatable = {str(told['collatable']).lower()}",
    ]
    yield f"create type {writer.name(told['name'])} ({', '.join(options)})"


def _enum(writer: Writer, told: Description) -> Iterator[str]:
    labels = ", ".join(map(writer.literal, told["labels"]))
    yield f"create type {writer.name(told['name'])} as enum ({labels})"


def _composite(writer: Writer, told: Description) -> Iterator[str]:
    columns = ", ".join(f"{writer.identifier(name)} {writer.name(kind)}" for name, kind in told["columns"])
    yield f"create type {writer.name(told['name'])} as ({columns})"


def _domain(writer: Writer, told: Description) -> Iterator[str]:
    # Its conditions would be checked with a superuser's rights.
    rule = " not null" if told["not null"] else ""
    yield f"create domain {writer.name(told['name'])} as {writer.name(told['base'])}{rule}"


def _range(writer: Writer, told: Description) -> Iterator[str]:
    options = f"subtype = {writer.name(told['subtype'])}, multirange_type_name = {writer.name(told['multirange'])}"
    yield f"create type {writer.name(told['name'])} as range ({options})"


def _routine(writer: Writer, told: Description) -> Iterator[str]:
    if told["kind"] == "a":
        return
    language, body = writer.special(told) or ("plpgsql", _body(told))
    words = "procedure" if told["kind"] == "p" else "function"
    head = f"create {words} {writer.name(told['name'])}({_arguments(writer, told)})"
    if told["kind"] != "p" and not _outputs(told):
        head += f" returns {'setof ' if told['set'] else ''}{writer.name(told['returns'])}"
    elif told["set"]:
        head += " returns setof record" if len(_outputs(told)) > 1 else f" returns setof {_only_output(writer, told)}"
    if told["kind"] == "p":
        yield f"{head} language {language} as {quote_literal(body)}"
        return
    strict = " strict" if body in (TEXT_IN, TEXT_OUT, MODIFIER_IN, MODIFIER_OUT) else ""
    window = " window" if told["kind"] == "w" else ""
    kind = f"{_VOLATILITY[told['volatility']]}{strict} parallel {_PARALLEL[told['parallel']]}"
    yield f"{head}{window} language {language} {kind} as {quote_literal(body)}"


def _body(told: Description) -> str:
    nothing = told["set"] or _outputs(told) or told["kind"] == "p" or told["returns"] == ["pg_catalog", "void"]
    return "begin return; end" if nothing else "begin return null; end"


def _outputs(told: Description) -> list[int]:
    return [at for at, mode in enumerate(told["modes"] or []) if mode in "obt"]


def _only_output(writer: Writer, told: Description) -> str:
    return writer.name(told["all"][_outputs(told)[0]])


def _arguments(writer: Writer, told: Description) -> str:
    types = told["all"] or told["arguments"]
    modes = told["modes"] or ["v" if told["variadic"] and at == len(types) - 1 else "i" for at in range(len(types))]
    names = told["names"] or [""] * len(types)
    inputs = [at for at, mode in enumerate(modes) if mode in "ibv"]
    optional = set(inputs[len(inputs) - told["defaults"] :]) if told["defaults"] else set()
    words = {"i": "", "o": "out ", "t": "out ", "b": "inout ", "v": "variadic "}
    return ", ".join(
        words[mode]
        + (f"{writer.identifier(names[at])} " if names[at] else "")
        + writer.name(types[at])
        + (" default null" if at in optional else "")
        for at, mode in enumerate(modes)
    )


def _aggregate(writer: Writer, told: Description) -> Iterator[str]:
    if told["kind"] != "a":
        return
    of = told["of aggregate"]
    types = [writer.name(pair) for pair in told["arguments"]]
    if told["variadic"] and types:
        types[-1] = f"variadic {types[-1]}"
    direct = of["direct"]
    listed = ", ".join(types) or "*"
    if of["kind"] != "n":
        listed = f"{', '.join(types[:direct])} order by {', '.join(types[direct:])}"
    options = [f"sfunc = {writer.name(of['step'])}", f"stype = {writer.name(of['state'])}"]
    if of["final"]:
        options.append(f"finalfunc = {writer.name(of['final'])}")
        options += ["finalfunc_extra"] if of["extra"] else []
    options += ["hypothetical"] if of["kind"] == "h" else []
    yield f"create aggregate {writer.name(told['name'])}({listed}) ({', '.join(options)})"


def _operator(writer: Writer, told: Description) -> Iterator[str]:
    options = [f"{side}arg = {writer.name(told[side])}" for side in ("left", "right") if told[side]]
    options.append(f"function = {writer.name(told['function'])}")
    for other in ("commutator", "negator"):
        if told[other]:
            options.append(f"{other} = operator({writer.name(told[other], operator=True)})")
    options += [word for word in ("hashes", "merges") if told[word]]
    yield f"create operator {writer.name(told['name'], operator=True)} ({', '.join(options)})"


def _cast(writer: Writer, told: Description) -> Iterator[str]:
    # Values are texts here: those of two types are never the same bytes.
    how = "with inout"
    if told["method"] == "f":
        how = f"with function {writer.name(told['function'])}({writer.names(told['arguments'])})"
    context = _CONTEXT[told["context"]]
    yield f"create cast ({writer.name(told['source'])} as {writer.name(told['target'])}) {how}{context}"


def _access_method(writer: Writer, told: Description) -> Iterator[str]:
    kind, handler = ("table", "heap_tableam_handler") if told["kind"] == "t" else ("index", "gisthandler")
    yield f"create access method {writer.identifier(told['name'])} type {kind} handler pg_catalog.{handler}"


def _operator_family(writer: Writer, told: Description) -> Iterator[str]:
    yield f"create operator family {writer.name(told['name'])} using {writer.identifier(told['method'])}"


def _operator_class(writer: Writer, told: Description) -> Iterator[str]:
    real = told["method"] in _INDEX_METHODS
    parts = [
        f"operator {int(one['number'])} {writer.name(one['name'], operator=True)}"
        f" ({writer.name(one['left'])}, {writer.name(one['right'])})"
        + (f" for order by {writer.name(one['sort'])}" if one["sort"] else "")
        for one in told["operators"]
    ]
    if real:
        parts += [
            f"function {int(one['number'])} {writer.name(one['name'])}({writer.names(one['arguments'])})"
            for one in told["functions"]
        ]
        parts += [f"storage {writer.name(told['storage'])}"] if told["storage"] else []
    else:
        parts += _GIST_FUNCTIONS
    head = f"create operator class {writer.name(told['name'])} {'default ' if told['default'] else ''}"
    head += f"for type {writer.name(told['type'])} using {writer.identifier(told['method'])}"
    parts = parts or [f"storage {writer.name(told['type'])}"]
    yield f"{head} family {writer.name(told['family'])} as {', '.join(parts)}"


def _relation(writer: Writer, told: Description) -> Iterator[str]:
    name, kind, columns = writer.name(told["name"]), told["kind"], told["columns"]
    if kind == "S":
        yield f"create sequence {name}"
        return
    if kind in "vm":
        listed = ", ".join(f"null::{writer.name(of)} as {writer.identifier(column)}" for column, of, _ in columns)
        how = "view" if kind == "v" else "materialized view"
        yield f"create {how} {name} as select {listed}{' with no data' if kind == 'm' else ''}"
    else:
        parts = [
            f"{writer.identifier(column)} {writer.name(of)}{' not null' if required else ''}"
            for column, of, required in columns
        ]
        for key in told["keys"]:
            words = "primary key" if key["kind"] == "p" else "unique"
            parts.append(f"{words} ({', '.join(map(writer.identifier, key['columns']))})")
        yield f"create table {name} ({', '.join(parts)})"
    if told["rights"]:
        yield f"grant {', '.join(word for word in _RIGHTS if word in told['rights'])} on {name} to public"


def _language(writer: Writer, told: Description) -> Iterator[str]:
    yield (
        f"create {'trusted ' if told['trusted'] else ''}language {writer.identifier(told['name'])}"
        " handler pg_catalog.plpgsql_call_handler"
    )


def _foreign_data_wrapper(writer: Writer, told: Description) -> Iterator[str]:
    yield f"create foreign data wrapper {writer.identifier(told['name'])}"


def _text_search_template(writer: Writer, told: Description) -> Iterator[str]:
    options = "init = pg_catalog.dsimple_init, lexize = pg_catalog.dsimple_lexize"
    yield f"create text search template {writer.name(told['name'])} ({options})"


def _text_search_parser(writer: Writer, told: Description) -> Iterator[str]:
    options = "start = pg_catalog.prsd_start, gettoken = pg_catalog.prsd_nexttoken, "
    options += "end = pg_catalog.prsd_end, lextypes = pg_catalog.prsd_lextype"
    yield f"create text search parser {writer.name(told['name'])} ({options})"


def _text_search_dictionary(writer: Writer, told: Description) -> Iterator[str]:
    yield f"create text search dictionary {writer.name(told['name'])} (template = pg_catalog.simple)"


def _text_search_configuration(writer: Writer, told: Description) -> Iterator[str]:
    name = writer.name(told["name"])
    yield f"create text search configuration {name} (parser = {writer.name(told['parser'])})"
    for number, entries in groupby(told["mappings"], key=lambda mapping: int(mapping[0])):
        if 0 < number <= len(_TOKENS):
            dictionaries = writer.names(dictionary for _, dictionary in entries)
            yield f"alter text search configuration {name} add mapping for {_TOKENS[number - 1]} with {dictionaries}"


Write = Callable[[Writer, Description], Iterator[str]]
PASSES: tuple[tuple[str, Write], ...] = (
    ("schema", _schema),
    ("language", _language),
    ("base type", _shell_of_base_type),
    ("enum", _enum),
    ("composite type", _composite),
    ("domain", _domain),
    ("routine", _routine),
    ("base type", _base_type),
    ("range", _range),
    ("routine", _aggregate),
    ("operator", _operator),
    ("cast", _cast),
    ("access method", _access_method),
    ("operator family", _operator_family),
    ("operator class", _operator_class),
    ("relation", _relation),
    ("foreign data wrapper", _foreign_data_wrapper),
    ("text search template", _text_search_template),
    ("text search parser", _text_search_parser),
    ("text search dictionary", _text_search_dictionary),
    ("text search configuration", _text_search_configuration),
)
