"""The grammar of CEL, taken from cel-python; its evaluator, and what that needs, is never loaded.

cel-python hands its tree out with places and accepts every CEL text, but builds the tree twice as slowly and brings
an evaluator along. The grammar file is the same; here it is given to Lark directly.
"""

from collections.abc import Mapping
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer


@lru_cache(maxsize=4)
def parser(builder: type[Transformer[Any, Any]]) -> Lark:
    """The parser that calls one method of the builder for each rule of the grammar, innermost first. Made once."""
    spec = find_spec("celpy")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("cel-python is not installed: run ./banyan, which installs what is locked")
    rules = (Path(spec.submodule_search_locations[0]) / "cel.lark").read_text(encoding="utf-8")
    return Lark(
        rules,
        parser="lalr",
        start="expr",
        maybe_placeholders=False,
        keep_all_tokens=True,  # brackets and dots say where a part begins and ends
        priority="invert",  # as cel-python itself reads its grammar
        lexer_callbacks=_LITERALS,
        transformer=builder(),
    )


def _boolean(token: Token) -> Token:
    """true and false are names to the grammar; as in cel-python, the lexer tells them apart."""
    return Token.new_borrow_pos("BOOL_LIT", token.value, token) if token.value in ("true", "false") else token


_LITERALS: Mapping[str, Any] = {"IDENT": _boolean}
