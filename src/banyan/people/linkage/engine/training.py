"""Learning a model from records of which nobody knows who is who: Fellegi and Sunter's model by expectation maximisation.

u, how often strangers agree, comes from random pairs. m, how often two records of one person agree, is Splink's EM over pairs that
agree in something else already, bounded in number: a rule that finds no pairs is left out and reported, for EM would fail
on it. How often relatives agree comes from people of one household, who are different people by what they are.
"""

import json
from dataclasses import dataclass
from math import log2
from random import Random
from time import perf_counter
from typing import Any
from warnings import catch_warnings, simplefilter

import duckdb
import polars as pl
from splink import DuckDBAPI, Linker

from banyan.people.linkage.engine import expressions
from banyan.people.linkage.engine.comparing import COMPARISONS, splink_comparisons
from banyan.people.linkage.engine.model import Model, chances
from banyan.people.linkage.engine.store import MEMORY, load, load_people, opened
from banyan.people.linkage.rules.features import FORMAT

_RANDOM_PAIRS = 1_000_000
_EM_PAIRS = 1_000_000
_FEW = 4
_ENOUGH = 30  # pairs without which a rule teaches nothing
# Two of one household are two people, almost always: relatives, whom EM would take for one.
_APART = "l.home <> r.home"
# What a rule fixes it cannot teach; each comparison is taught by at least two of them.
RULES = {
    "document": f"l.document_numbers[1] = r.document_numbers[1] AND {_APART}",
    "name and telephone": f"l.sound_bag = r.sound_bag AND l.phones[1] = r.phones[1] AND {_APART}",
    "birthday": f"l.born = r.born AND {_APART}",
    "rare name": f"l.rare_bag = r.rare_bag AND {_APART}",
}
# Among who shares these most are one person; where they teach enough, the last resort is not asked: fathers and sons of one
# name, and namesakes in one village, would teach it that birth dates differ.
_PURE = {"document", "name and telephone"}
_LAST_RESORT = {"rare name"}
_PLENTY, _TRUST = 200, 100.0
# Pairs of one person that this rule finds, of all there are: what is known of registers (see docs/explanation).
_SURE = "l.sound_bag = r.sound_bag AND l.born = r.born"
_SURE_SHARE = 0.4
_NOT_OF_RELATIVES = {"ties", "address"}
_PROBABLE, _REVIEW = 4.0, -2.0
# Clerks err in every field: so much of m is as among strangers, whatever was learnt.
_ERRING = 0.01


@dataclass(frozen=True)
class Trained:
    """A model, and how it came about."""

    model: Model
    report: dict[str, Any]


def train(
    frame: pl.DataFrame, *, seed: int = 1, start: Model | None = None, sample: int = 200_000, memory: str = MEMORY
) -> Trained:
    """A model of these records. The same records and seed give the same model.

    start: whose m, relatives and thresholds stand where nothing can be learnt; the first model by default.
    sample: how many records to learn from; households stay whole.
    """
    begun = perf_counter()
    frame = _sampled(frame.sort("person"), sample, seed)
    report: dict[str, Any] = {"people": len(frame), "seed": seed, "rules": {}, "format": FORMAT}
    known = chances(start) if start else None
    with opened(memory) as connection, catch_warnings():
        simplefilter("ignore")
        # Names that few bear, so that most of who share one are one person.
        few = pl.when(pl.len().over("sound_bag") <= _FEW).then("sound_bag").alias("rare_bag")
        home = pl.coalesce("household", "person").alias("home")
        load_people(connection, "people", frame.with_columns(few, home, keys=pl.lit(None, pl.List(pl.Int64))))
        blank = _blank(known)
        strangers = _strangers(connection, blank, len(frame), seed)
        sure = _count(connection, _SURE)
        pairs = len(frame) * (len(frame) - 1) / 2
        duplicates = max(sure, 0.5) / _SURE_SHARE / max(len(frame), 1)
        settings = _settings(known, strangers)
        settings["probability_two_random_records_match"] = max(min(duplicates * len(frame) / max(pairs, 1), 0.5), 1e-12)
        learnt = _maximised(connection, settings, report)
        relatives, companions = _relatives(connection, blank)
    settings["comparisons"] = splink_comparisons(_joined(strangers, learnt, known))
    model = Model(
        settings=settings,
        relatives=relatives or (start.relatives if start else {}),
        duplicates=duplicates,
        companions=companions or (start.companions if start else 5.0),
        frequencies=_frequencies(frame),
        review=start.review if start else _REVIEW,
        probable=start.probable if start else _PROBABLE,
        seed=seed,
        format=FORMAT,
    )
    report |= {
        "duplicates_per_person": duplicates, "companions": companions, "sure_pairs": sure,
        "seconds": round(perf_counter() - begun, 1), "comparisons": _described(model),
        "skipped": [{"rule": name, "why": each["skipped"]} for name, each in report["rules"].items() if "skipped" in each],
        "missing": {name: round(share, 4) for name, share in missing(frame).items()},
    }  # fmt: skip
    return Trained(Model.from_json(json.loads(json.dumps(model.as_json()))), report)


def train_known(frame: pl.DataFrame, same: pl.DataFrame, *, seed: int = 1, memory: str = MEMORY) -> Trained:
    """A model of records of which it is known who is who: `same` holds the pairs of one person, left and right.

    What m is, is then counted; nothing has to be believed of EM. So the first model was made.
    """
    frame = frame.sort("person")
    numbers = frame.select("person", pl.int_range(pl.len(), dtype=pl.Int32).alias("number"))
    pairs = same.join(numbers, left_on="left", right_on="person").join(
        numbers, left_on="right", right_on="person", suffix="_r"
    )
    pairs = pairs.select(a="number", b="number_r")
    blank = _blank(None)
    with opened(memory) as connection:
        load_people(connection, "people", frame)
        strangers = _strangers(connection, blank, len(frame), seed)
        load(connection, "same", pairs)
        counted = _shares(connection, blank, "same", 1.0)
        relatives, companions = _relatives(connection, blank)
    taught = {
        name: [(float(len(pairs)), dict(zip(_names(name), shares, strict=True)))] for name, shares in counted.items()
    }
    settings = _settings(None, strangers)
    settings["comparisons"] = splink_comparisons(_joined(strangers, taught, None))
    model = Model(
        settings=settings, relatives=relatives, duplicates=len(pairs) / len(frame), companions=companions,
        frequencies=_frequencies(frame), review=_REVIEW, probable=_PROBABLE, seed=seed, format=FORMAT,
    )  # fmt: skip
    report = {"people": len(frame), "pairs": len(pairs), "seed": seed, "comparisons": _described(model)}
    return Trained(Model.from_json(json.loads(json.dumps(model.as_json()))), report)


def _names(comparison: str) -> list[str]:
    return next(each.names for each in COMPARISONS if each.name == comparison)


def missing(frame: pl.DataFrame) -> dict[str, float]:
    """Of each compared column, the share of records that do not have it."""
    texts = ("bag", "original", "sex", "birth_lo", "born", "village")
    lists = ("phones", "document_numbers", "fathers", "mothers", "address", "peers")
    shares = frame.select(
        *(pl.col(name).is_null().mean() for name in texts), *((pl.col(name).list.len() == 0).mean() for name in lists)
    )
    return {name: float(share or 0.0) for name, share in shares.row(0, named=True).items()}


def _sampled(frame: pl.DataFrame, sample: int, seed: int) -> pl.DataFrame:
    if len(frame) <= sample:
        return frame
    homes = pl.coalesce("household", "person")
    chosen = frame.select(homes.unique().sort()).to_series().sample(fraction=sample / len(frame), seed=seed)
    return frame.filter(homes.is_in(chosen.implode()))


def _blank(known: dict[str, list[tuple[float, float]]] | None) -> Model:
    return Model({"comparisons": splink_comparisons(known)}, {}, 0.1, 5.0, {}, 0, 0, 0, FORMAT)


def _strangers(connection: duckdb.DuckDBPyConnection, model: Model, people: int, seed: int) -> dict[str, list[float]]:
    """How often random pairs reach each level. A level never seen is taken for half a pair."""
    random = Random(seed)  # noqa: S311 (a sample, not a secret)
    wanted = min(_RANDOM_PAIRS, people * people)
    drawn = pl.DataFrame(
        {"a": random.choices(range(people), k=wanted), "b": random.choices(range(people), k=wanted)}
    ).filter(pl.col("a") != pl.col("b"))
    load(connection, "drawn", drawn)
    return _shares(connection, model, "drawn", 0.5)


def _shares(connection: duckdb.DuckDBPyConnection, model: Model, pairs: str, pseudo: float) -> dict[str, list[float]]:
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE compared AS SELECT {", ".join(expressions.levels_sql(model))}
        FROM {pairs} JOIN people l ON l.unique_id = a JOIN people r ON r.unique_id = b""")  # noqa: S608
    found = {}
    for comparison in COMPARISONS:
        rows = connection.execute(
            f"SELECT gamma_{comparison.name}, count(*) FROM compared WHERE gamma_{comparison.name} >= 0 GROUP BY 1"  # noqa: S608
        ).fetchall()
        counts = dict(rows)
        if not counts:
            continue
        whole = sum(counts.values()) + pseudo * len(comparison.names)
        found[comparison.name] = [(counts.get(level, 0) + pseudo) / whole for level in range(len(comparison.names))]
    return found


def _settings(known: dict[str, list[tuple[float, float]]] | None, strangers: dict[str, list[float]]) -> dict[str, Any]:
    begin = {
        comparison.name: list(zip(
            [m for m, _u in known[comparison.name]] if known else _guess(len(comparison.names)),
            strangers.get(comparison.name) or _even(comparison.names), strict=True,
        ))
        for comparison in COMPARISONS
    }  # fmt: skip
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "comparisons": splink_comparisons(begin),
        # What the table of blocked pairs stands for, and what Splink would do alone.
        "blocking_rules_to_generate_predictions": [{"blocking_rule": "l.keys = r.keys", "arrays_to_explode": ["keys"]}],
        "retain_matching_columns": True,  # with the levels reached; only of pairs above the floor
        "retain_intermediate_calculation_columns": False,
        "max_iterations": 20,
        "em_convergence": 0.0005,
    }


def _even(names: list[str]) -> list[float]:
    return [1 / len(names)] * len(names)


def _guess(levels: int) -> list[float]:
    """m before anything is known: mostly the strongest agreement."""
    rest = 0.4 / (levels - 1)
    return [*([rest] * (levels - 1)), 0.6]


def _count(connection: duckdb.DuckDBPyConnection, rule: str) -> int:
    return int(connection.execute(
        f"SELECT count(*) FROM people l JOIN people r ON {rule} AND l.unique_id < r.unique_id"  # noqa: S608
    ).fetchall()[0][0])  # fmt: skip


def _maximised(
    connection: duckdb.DuckDBPyConnection, settings: dict[str, Any], report: dict[str, Any]
) -> dict[str, list[tuple[float, dict[str, float]]]]:
    """By comparison what each rule taught: from how many pairs of one person, and m by name of level."""
    api = DuckDBAPI(connection).register("people")
    linker = Linker(api, settings, log_level="ERROR", validate_settings=False)
    taught: dict[str, list[tuple[float, dict[str, float]]]] = {}
    enough = False
    for name, rule in RULES.items():
        pairs = _count(connection, rule)
        if pairs < _ENOUGH or (enough and name in _LAST_RESORT):
            report["rules"][name] = {"pairs": pairs, "skipped": "too few pairs" if pairs < _ENOUGH else "not needed"}
            continue
        begun = perf_counter()
        try:
            session = linker.training.estimate_parameters_using_expectation_maximisation(
                rule, max_pairs=_EM_PAIRS if pairs > _EM_PAIRS else None
            )
        except (ValueError, ZeroDivisionError) as error:  # a chance fell to nothing: these pairs are all of one kind
            report["rules"][name] = {"pairs": pairs, "skipped": f"could not be learnt from: {error}"[:200]}
            continue
        share = session.core_model_settings.probability_two_random_records_match
        matches = share * min(pairs, _EM_PAIRS)
        enough = enough or (name in _PURE and matches >= _PLENTY)
        for comparison in session.core_model_settings.comparisons:
            levels = [level for level in comparison.comparison_levels if not level.is_null_level]
            m = {level.label_for_charts: float(level.m_probability or 0) for level in levels}
            taught.setdefault(comparison.output_column_name, []).append((matches, m))
        report["rules"][name] = {
            "pairs": pairs, "of one person": round(share, 4), "seconds": round(perf_counter() - begun, 1),
            "teaches": [each.output_column_name for each in session.core_model_settings.comparisons],
        }  # fmt: skip
    return taught


def _joined(
    strangers: dict[str, list[float]],
    taught: dict[str, list[tuple[float, dict[str, float]]]],
    known: dict[str, list[tuple[float, float]]] | None,
) -> dict[str, list[tuple[float, float]]]:
    """m and u of every level: what the rules taught, by the number of pairs that taught it, and what the start knew as so
    many pairs more. Where nobody has a column, the start, or no evidence either way."""
    found = {}
    for comparison in COMPARISONS:
        shares = strangers.get(comparison.name)
        before = [m for m, _u in known[comparison.name]] if known else None
        if shares is None:
            even = _even(comparison.names)
            found[comparison.name] = known[comparison.name] if known else list(zip(even, even, strict=True))
            continue
        lessons = [(count, [m[name] for name in comparison.names]) for count, m in taught.get(comparison.name, [])]
        if before is not None:
            lessons.append((_TRUST, before))
        whole = sum(count for count, _m in lessons)
        mixed = (
            [sum(count * m[level] for count, m in lessons) / whole for level in range(len(shares))]
            if lessons
            else shares
        )
        m = [(1 - _ERRING) * each + _ERRING * share for each, share in zip(mixed, shares, strict=True)]
        if comparison.name == "ties":  # one household speaks neither for nor against
            inside = comparison.names.index("household")
            m[inside] = shares[inside]
        found[comparison.name] = list(zip(m, shares, strict=True))
    return found


def _relatives(connection: duckdb.DuckDBPyConnection, model: Model) -> tuple[dict[str, list[float]], float]:
    """How often two people of one household reach each level, and how many such people each has.

    Left out is who would be registered twice in one household: the same name, sex and birth.
    """
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE homes AS SELECT unique_id AS i, household FROM people
        WHERE household IN (SELECT household FROM people GROUP BY household HAVING count(*) BETWEEN 2 AND 30)""")
    connection.execute("""
        CREATE OR REPLACE TEMP TABLE together AS
        SELECT l.i AS a, r.i AS b FROM homes l JOIN homes r ON l.household = r.household AND l.i < r.i
        JOIN people x ON x.unique_id = l.i JOIN people y ON y.unique_id = r.i
        WHERE NOT coalesce(x.sound_bag = y.sound_bag AND x.sex = y.sex
                           AND greatest(x.birth_lo - y.birth_hi, y.birth_lo - x.birth_hi) <= 731, false)
        ORDER BY 1, 2 LIMIT 1000000""")
    pairs = int(connection.execute("SELECT count(*) FROM together").fetchall()[0][0])
    if pairs < _ENOUGH:
        return {}, 0.0
    people = int(connection.execute("SELECT count(*) FROM people").fetchall()[0][0])
    shares = _shares(connection, model, "together", 1.0)
    return {name: each for name, each in shares.items() if name not in _NOT_OF_RELATIVES}, 2 * pairs / people


def _frequencies(frame: pl.DataFrame) -> dict[str, dict[str, float]]:
    """The shares of names borne by more than one in ten thousand, at most 3,000 of them."""
    counted = (
        frame["sound_bag"].drop_nulls().value_counts().sort(["count", "sound_bag"], descending=[True, False]).head(3000)
    )
    whole = max(frame["sound_bag"].count(), 1)
    return {"sound_bag": {name: count / whole for name, count in counted.iter_rows() if count > 1}}


def _described(model: Model) -> dict[str, list[dict[str, Any]]]:
    levels = chances(model)
    return {
        comparison.name: [
            {"level": name, "m": m, "u": u, "weight": round(log2(m / u), 3)}
            | ({"relatives": model.relatives[comparison.name][number]} if comparison.name in model.relatives else {})
            for number, (name, (m, u)) in enumerate(zip(comparison.names, levels[comparison.name], strict=True))
        ]
        for comparison in COMPARISONS
    }
