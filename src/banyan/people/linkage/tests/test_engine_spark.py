"""The same model on Spark gives the same pairs. Runs where the extra `spark` and Java are: BANYAN_EXTRAS=spark ./banyan test."""

import shutil

import polars as pl
import pytest

from banyan.people.linkage import engine
from banyan.people.linkage.engine import spark
from banyan.people.linkage.tests.test_engine_training import register


def test_what_duckdb_has_and_spark_has_not_is_written_otherwise():
    settings = spark.settings_for_spark(engine.first_model(), 1000)
    conditions = [level["sql_condition"] for each in settings["comparisons"] for level in each["comparison_levels"]]
    for word in ("lambda", "list_", "LIST_", "array_length", "jaro_winkler_similarity"):
        assert not any(word in sql for sql in conditions), word
    assert settings["probability_two_random_records_match"] == engine.first_model().prior(1000)


def test_spark_finds_the_same_pairs():
    pytest.importorskip("pyspark", reason="the extra `spark` is not installed (BANYAN_EXTRAS=spark)")
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not installed")
    from pyspark.sql import SparkSession
    from splink import Linker
    from splink.backends.spark import SparkAPI, similarity_jar_location

    frame, model = register(300, 60), engine.first_model()
    here = engine.pairs_within(frame, model)
    rows = frame.drop("operation", "scope_id").rename({"person": "unique_id"})
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.jars", similarity_jar_location())
        .config("spark.sql.shuffle.partitions", "4")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.driver.host", "127.0.0.1")
        .getOrCreate()
    )
    try:
        api = SparkAPI(spark_session=session, break_lineage_method="persist", num_partitions_on_repartition=4)
        table = session.createDataFrame(rows.to_arrow())
        linker = Linker(api.register(table), spark.settings_for_spark(model, len(frame)), log_level="ERROR")
        predicted = linker.inference.predict(threshold_match_weight=model.review, warning_mode="never")
        there = spark.contested(pl.from_arrow(predicted.as_spark_dataframe().toArrow()), model)
    finally:
        session.stop()
    wanted = here.pairs.select("left", "right", "weight", "levels")
    ordered = there.with_columns(
        pl.min_horizontal("left", "right").alias("left"), pl.max_horizontal("left", "right").alias("right")
    )
    both = wanted.join(ordered, on=["left", "right"], suffix="_there")
    assert len(both) == len(wanted) > 40
    assert both["levels"].equals(both["levels_there"].alias("levels"))
    assert (both["weight"] - both["weight_there"]).abs().max() < 1e-6
