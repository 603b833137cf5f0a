"""Reading and writing SQL text. Face: `split`, `tree`, `quote_ident`, `quote_literal`."""

from supasync.core.sql.parser import (
    MetaCommand,
    SqlSyntaxError,
    Statement,
    Tree,
    expression_sql,
    find_meta_command,
    first_word,
    is_data_statement,
    is_session_setting,
    mentions_grants,
    node_kind,
    placeholders,
    runnable,
    split,
    statement_sql,
    tree,
)
from supasync.core.sql.quoting import qualified, quote_ident, quote_literal, split_identifiers

__all__ = [
    "MetaCommand",
    "SqlSyntaxError",
    "Statement",
    "Tree",
    "expression_sql",
    "find_meta_command",
    "first_word",
    "is_data_statement",
    "is_session_setting",
    "mentions_grants",
    "node_kind",
    "placeholders",
    "qualified",
    "quote_ident",
    "quote_literal",
    "runnable",
    "split",
    "split_identifiers",
    "statement_sql",
    "tree",
]
