"""Texts: invisible characters, formulas, length, Zawgyi; and names that are none."""

import re
from collections.abc import Iterable, Mapping

import polars as pl

from banyan.people.collection.rules.checking.ledger import ERROR, INDEX, PERSON, WARNING, Ledger, Verdict
from banyan.people.collection.rules.checking.vocabulary import plain_word
from banyan.platform.kernel.names import Encoding, detect_column, to_unicode

# Control characters except line ends and tabs; signs that turn the direction of text; the byte-order mark.
_CONTROLS = r"[\x00-\x08\x0B\x0C\x0E-\x1F\x7F-\x9F\x{202A}-\x{202E}\x{2066}-\x{2069}\x{FEFF}\x{FFFE}\x{FFFF}]"
# Direction marks that word processors leave behind: harmless, and no part of any value.
_MARKS = r"[\x{200B}\x{200E}\x{200F}\x{061C}]"
_UNTIDY = r"^\s|\s$|^$|[^\x09\x0A\x0D\x20-\x7E]"
_FORMULA = r"^\s*(?:[=@＝＠]|[+＋\-－][^\d\s(])"
_BURMESE = r"[\x{1000}-\x{109F}]"
LONGEST = {"name": 200, "text": 2_000, "extra": 10_000}
OTHERS_LONGEST = 300
NAME_FIELDS = ("full_name", "given_name", "middle_name", "family_name", "name_original", "mother_name", "father_name")
_NO_NAMES = frozenset(
    plain_word(word)
    for word in (
        "unknown", "unknow", "no name", "noname", "name", "baby", "new born", "newborn", "infant", "child", "test", "xxx",
        "xx", "x", "na", "n/a", "none", "nil", "tbd", "to be confirmed", "abc", "asdf", "anonymous", "inconnu", "bébé",
        "sans nom", "desconocido", "sin nombre", "bebé", "مجهول", "غير معروف", "طفل", "بدون اسم", "မသိ", "အမည်မသိ", "ကလေး",
    )
)  # fmt: skip
_SUSPECT = r"^(?:.{1,16}|.*[\d_].*)$"
_WORDS = r"^[A-Za-z]+(?: [A-Za-z]+)*$"
# Who has both has two different letters.
_VOWEL, _CONSONANT = r"[AEIOUaeiou]", r"[B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]"
_REPEATED = re.compile(r"(.)\1*")
# Burmese names of one syllable are written with one to three code points; two letters are enough anywhere.
_LETTERS = re.compile(r"[^\W\d_]")


def tidy_texts(ledger: Ledger, subject: str) -> None:
    """Cut away spaces and empty values, bring every text to normal form C, take invisible characters out, say so."""
    for name in ledger.holding(subject, lambda text: text.str.contains(_UNTIDY)):
        frame = ledger.now[subject]
        text = pl.col(name)
        bad = frame.select(INDEX, name).filter(text.str.contains(_CONTROLS))
        ledger.note(
            subject, bad, name, "text_controls", severity=WARNING, raw=text.str.replace_all(_CONTROLS, "\ufffd")
        )
        clean = text.str.replace_all(_CONTROLS + "|" + _MARKS, "").str.normalize("NFC").str.strip_chars()
        ledger.replace(subject, pl.when(clean.str.len_bytes() > 0).then(clean).alias(name))


def check_texts(ledger: Ledger, subject: str) -> None:
    """Formulas, lengths and Zawgyi of every column; needs tidy texts."""
    for name in ledger.holding(subject, lambda text: text.str.contains(_FORMULA)):
        if _kind(ledger, name) in ("text", "name"):
            frame = ledger.now[subject].select(INDEX, name).filter(pl.col(name).str.contains(_FORMULA))
            ledger.note(subject, frame, name, "text_formula", severity=WARNING)
    for name in ledger.holding(subject, lambda text: text.str.len_chars() > min(LONGEST.values())):
        kind, text = _kind(ledger, name), pl.col(name)
        limit = LONGEST["extra" if name.startswith("extra:") else kind] if kind in LONGEST else OTHERS_LONGEST
        long = ledger.now[subject].select(INDEX, name).filter(text.str.len_chars() > limit)
        size = {"length": text.str.len_chars(), "limit": pl.lit(limit)}
        ledger.note(subject, long, name, "text_too_long", params=size)
        ledger.replace(subject, pl.when(text.str.len_chars() <= limit).then(text).alias(name))
    for name in ledger.holding(subject, lambda text: text.str.contains(_BURMESE)):
        _convert_zawgyi(ledger, subject, name)


def _kind(ledger: Ledger, name: str) -> str:
    return str(getattr(ledger.lookups.fields.get(name), "kind", "text"))


def _convert_zawgyi(ledger: Ledger, subject: str, name: str) -> None:
    frame = ledger.now[subject].select(INDEX, name).filter(pl.col(name).str.contains(_BURMESE))
    known = f"zawgyi {name}"
    if detect_column(frame[name].head(2_000)).encoding is Encoding.ZAWGYI:
        ledger.evidence[known] = True
    if not ledger.evidence.get(known):
        return
    different = frame[name].unique().to_list()
    table = pl.DataFrame({name: different, "#new": [to_unicode(value) for value in different]})
    changed = frame.join(table, on=name).filter(pl.col("#new") != pl.col(name))
    ledger.note(subject, changed, name, "zawgyi", severity=WARNING, proposed=pl.col("#new"))
    joined = ledger.now[subject].join(table, on=name, how="left", maintain_order="left")
    ledger.now[subject] = joined.with_columns(pl.coalesce("#new", name).alias(name)).drop("#new")


def check_names(ledger: Ledger) -> None:
    """Names that stand for nobody, and names with digits."""
    for part in NAME_FIELDS:
        name = f"{PERSON}.{part}"
        if not ledger.has(PERSON, name):
            continue
        ledger.judge(PERSON, name, _judge_names, plain=pl.when(surely_name(pl.col(name))).then(pl.col(name)))


def surely_name(text: pl.Expr) -> pl.Expr:
    """Where `judge_name` finds nothing for sure: long names without digits, and words of plain letters that are no placeholder."""
    words = text.str.contains(_WORDS) & text.str.contains(_VOWEL) & text.str.contains(_CONSONANT)
    return ~text.str.contains(_SUSPECT) | (words & ~text.str.to_lowercase().is_in(list(_NO_NAMES)))


def _judge_names(values: Iterable[str]) -> Mapping[str, Verdict]:
    return {value: judge_name(value) for value in values}


def judge_name(value: str) -> Verdict:
    """A name as it is, with a warning when it is a placeholder or has digits."""
    word = plain_word(value)
    letters = _LETTERS.findall(word)
    burmese = any("\u1000" <= letter <= "\u109f" for letter in word)
    empty = not letters or (len(letters) < 2 and not burmese) or word in _NO_NAMES
    if empty or (len(letters) > 2 and _REPEATED.fullmatch("".join(letters))):
        return Verdict(value, "name_placeholder", WARNING)
    if any(character.isdigit() for character in value):
        return Verdict(value, "name_with_digits", WARNING)
    return Verdict(value)


def require_names(ledger: Ledger) -> None:
    """The full name is put together of its parts where it is missing; a person without any name is an error."""
    parts = [ledger.column(PERSON, f"{PERSON}.{part}") for part in ("given_name", "middle_name", "family_name")]
    together = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    together = pl.when(together.str.len_bytes() > 0).then(together)
    original = ledger.column(PERSON, f"{PERSON}.name_original")
    full = pl.coalesce(ledger.column(PERSON, f"{PERSON}.full_name"), together, original).alias(f"{PERSON}.full_name")
    ledger.replace(PERSON, full)
    nameless = ledger.now[PERSON].filter(pl.col(f"{PERSON}.full_name").is_null())
    ledger.note(PERSON, nameless, f"{PERSON}.full_name", "name_missing", severity=ERROR)
