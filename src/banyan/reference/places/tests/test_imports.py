"""Imports end to end on a real database: real files, all errors at once, nothing twice, releases side by side."""

import pytest

from banyan.platform.access.viewers import system_viewer
from banyan.platform.history.queries import timeline
from banyan.platform.kernel.dates import read_date
from banyan.platform.kernel.problems import Problem
from banyan.reference.places import actions, queries
from banyan.reference.places.models import Boundary, ImportFinding, NameKey, Place, PlaceInRelease, PlaceName, Release

pytestmark = pytest.mark.django_db
BY = system_viewer("tests")

OLD = """SR_Pcode,SR_Name_Eng,SR_Name_MMR,District_Pcode,District_Name_Eng,Tsp_Pcode,Township_Name_Eng,Township_Name_MMR,Longitude,Latitude,Previous_Township_Name_Eng
MMR001,Kachin,ကချင်,MMR001D001,Myitkyina,MMR001001,Myitkyina,မြစ်ကြီးနား,97.4,25.4,
MMR001,Kachin,ကချင်,MMR001D001,Myitkyina,MMR001002,Waingmaw,ဝိုင်းမော်,97.5,25.3,Wai Maw
MMR012,Rakhine,ရခိုင်,MMR012D001,Sittwe,MMR012001,Sittwe,စစ်တွေ,92.9,20.1,
MMR012,Rakhine,ရခိုင်,MMR012D001,Sittwe,MMR012002,Ponnagyun,ပုဏ္ဏားကျွန်း,93.0,20.3,
"""
NEW = (
    OLD.replace("MMR012001,Sittwe,", "MMR012001,Site-tway,")
    .replace("MMR001D001,Myitkyina,MMR001002", "MMR001D002,Mohnyin,MMR001002")
    .replace("MMR012002", "MMR012099")
    .replace("97.4,25.4", "96.4,25.4")
)
VILLAGES = """village_pcode,township_pcode,state_pcode,village_eng,village_mmr
150001,MMR001001,MMR001,Ywar Thit,ရွာသစ်
150002,MMR012001,MMR012,Ywar Thit,ရွာသစ်
"""


def run(text, label="1.0", *, by=BY, name="places.csv", authority="MIMU", country="MMR", take=True):
    files = [(name, text.encode() if isinstance(text, str) else text)]
    batch = actions.upload_files(files, by=by, authority=authority, label=label, country=country)
    batch = actions.check_import(batch.pk, by=by)
    return actions.take_import(batch.pk, by=by) if take else batch


def release(label):
    return Release.objects.get(label=label)


def findings(batch):
    return sorted(ImportFinding.objects.filter(batch=batch).values_list("severity", "code"))


class TestTaking:
    def test_first_release_becomes_current(self, seeing):
        batch = run(OLD)
        assert batch.state == "accepted"
        assert release("1.0").state == "current"
        kachin = Place.objects.get(pcode="MMR001")
        assert (kachin.level, kachin.kind, kachin.names) == (1, "state_region", {"en": "Kachin", "my": "ကချင်"})
        assert kachin.parent_id == Place.objects.get(pcode="MMR").pk
        township = Place.objects.get(pcode="MMR001001")
        assert [name for _pk, name in queries.breadcrumb(township.pk, seen_by=BY)] == [
            "Myanmar (Burma)",
            "Kachin",
            "Myitkyina",
        ]
        assert PlaceName.objects.get().text == "Wai Maw"

    def test_the_same_again_changes_nothing(self, seeing):
        run(OLD)
        before = list(Place.objects.order_by("id").values()), PlaceInRelease.objects.count(), NameKey.objects.count()
        again = run(OLD)
        assert (again.counts["added"], again.counts["changed"], again.counts["members"]) == (0, 0, 0)
        assert (
            list(Place.objects.order_by("id").values()),
            PlaceInRelease.objects.count(),
            NameKey.objects.count(),
        ) == before

    def test_deeper_files_join_the_release_and_take_the_scope_of_their_township(self, seeing):
        run(OLD)
        batch = run(VILLAGES, name="villages.csv")
        assert batch.counts["added"] == 2
        village = Place.objects.get(pcode="150001")
        assert village.scope_id == Place.objects.get(pcode="MMR001001").scope_id
        assert village.parent_id == Place.objects.get(pcode="MMR001001").pk

    def test_history_keeps_every_row(self, seeing):
        run(OLD)
        entry = timeline(Place, Place.objects.get(pcode="MMR001001").pk, seen_by=BY)[-1]
        assert entry.action == "places.take_import"
        run(OLD.replace("Myitkyina,မြစ်ကြီးနား", "Myit Kyi Na,မြစ်ကြီးနား"))
        changes = timeline(Place, Place.objects.get(pcode="MMR001001").pk, seen_by=BY)[0].changes
        assert {"name", "names"} <= {change.name for change in changes}

    def test_good_rows_are_taken_and_bad_ones_told_all_at_once(self, seeing):
        bad = (
            OLD
            + "MMR001,Kachin,,MMR001D001,Myitkyina,,No code,,,,\nMMR001,Kachin,,MMR001D001,Myitkyina,MMR001009,,,,,\n"
        )
        batch = run(bad, take=False)
        assert batch.state == "checked"
        assert findings(batch) == [("error", "places.code_missing"), ("error", "places.name_missing")]
        finding = ImportFinding.objects.get(batch=batch, code="places.name_missing")
        assert (finding.file, finding.row, finding.column) == ("places.csv", 7, "Township_Name_Eng")
        assert not Place.objects.exists()
        assert actions.take_import(batch.pk, by=BY).counts["added"] == 9

    def test_codes_are_never_given_to_another_level(self, seeing):
        run(OLD)
        batch = run("P-code,Name,Parent P-code,Level\nMMR001001,Else,MMR001D001,4\n", "2.0", take=False)
        assert findings(batch) == [("error", "places.level_differs")]
        with pytest.raises(Problem) as caught:
            actions.take_import(batch.pk, by=BY)
        assert caught.value.code == "places.nothing_to_take"

    def test_iraq(self, seeing, shared_data):
        content = (shared_data / "global-geo/irq_cod_ab_tabular.xlsx").read_bytes()
        batch = run(content, "2019-06", name="irq.xlsx", authority="OCHA", country="")
        assert batch.counts["added"] == 414
        assert Place.objects.get(pcode="IRQ").names["ar"] == "العراق"
        hit = queries.find("الأنبار", seen_by=BY)[0]
        assert (hit.code, hit.path) == ("IQG01", ("Iraq",))

    def test_what_does_not_fit_is_told_at_once(self, seeing):
        with pytest.raises(Problem) as caught:
            run(OLD, "x" * 81, authority="y" * 81, country="Myanmar")
        assert {error.at.field for error in caught.value.errors} == {"country", "authority", "label"}

    def test_all_countries(self, seeing, shared_data):
        content = (shared_data / "global-geo/hdx_global_pcodes_adm1_adm2.csv").read_bytes()
        batch = run(content, "2024", name="global.csv", authority="OCHA", country="")
        assert batch.counts["rows"] == 32767
        assert batch.counts["taken"] == 32765
        assert batch.counts["not_taken"] == len([one for one in findings(batch) if one[0] == "error"]) == 2
        assert Release.objects.count() == 156

    def test_many_countries_at_once(self, seeing):
        text = "Location,Admin Level,P-Code,Name,Parent P-Code\nAFG,1,AF01,Kabul,AFG\nIRQ,1,IQG01,Al-Anbar,IRQ\n"
        run(text, "2024", country="", authority="OCHA")
        assert set(Release.objects.values_list("country", flat=True)) == {"AFG", "IRQ"}
        assert queries.countries(seen_by=BY) == ["AFG", "IRQ"]

    def test_boundaries(self, seeing):
        run(OLD)
        square = '{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"TS":"x","TS_PCODE":"%s"},"geometry":{"type":"Polygon","coordinates":[[[97,25],[98,25],[98,26],[97,26],[97,25]]]}}]}'
        assert findings(run(square % "MMR999", name="x.geojson", take=False)) == [
            ("error", "places.boundary_unknown_code")
        ]
        batch = run(square % "MMR001001", name="x.geojson")
        assert batch.counts["outlined"] == 1
        place = Place.objects.get(pcode="MMR001001")
        assert Boundary.objects.get().area_km2 == pytest.approx(11_200, rel=0.02)
        collection = queries.boundary_collection(place.pk, seen_by=BY)
        assert collection["features"][0]["properties"]["role"] == "self"
        far = OLD.replace("97.4,25.4", "90.0,25.4")
        assert ("warning", "places.coordinate_outside") in findings(run(far, take=False))

    def test_zawgyi_is_converted_and_kept(self, seeing):
        rows = "".join(f"MMR0{n:02},State {n},ျမန္မာႏိုင္ငံ ျမိဳ့ {n}\n" for n in range(1, 30))
        batch = run("SR_Pcode,SR_Name_Eng,SR_Name_MMR\n" + rows)
        assert ("warning", "places.zawgyi_converted") in findings(batch)
        assert Place.objects.get(pcode="MMR001").names["my"].startswith("မြန်မာ")
        assert PlaceName.objects.filter(relation="raw").count() == 29


class TestReleases:
    def test_two_side_by_side_and_their_differences(self, seeing):
        run(OLD, "1.0")
        run(NEW, "2.0")
        old, new = release("1.0"), release("2.0")
        assert new.state == "imported"
        assert Place.objects.get(pcode="MMR012001").name == "Sittwe"
        found = {row["pcode"]: row["changes"] for row in queries.differences(old.pk, new.pk, seen_by=BY)}
        assert found == {
            "MMR001001": ["moved"], "MMR001002": ["reparented"], "MMR001D002": ["added"], "MMR012001": ["renamed"],
            "MMR012002": ["removed", "recoded"], "MMR012099": ["added", "recoded"],
        }  # fmt: skip
        assert queries.difference_counts(old.pk, new.pk, seen_by=BY)["recoded"] == 2
        assert [row["pcode"] for row in queries.differences(old.pk, new.pk, seen_by=BY, change="renamed")] == [
            "MMR012001"
        ]
        assert len(queries.differences(old.pk, new.pk, seen_by=BY, after="MMR001002", limit=2)) == 2
        assert not queries.differences(old.pk, old.pk, seen_by=BY)

    def test_making_the_later_one_current(self, seeing):
        run(OLD, "1.0")
        run(NEW, "2.0")
        actions.make_release_current(release("2.0").pk, by=BY)
        assert (release("1.0").state, release("2.0").state) == ("superseded", "current")
        assert Place.objects.get(pcode="MMR012001").name == "Site-tway"
        assert Place.objects.get(pcode="MMR012002").status == "retired"
        assert queries.find("site tway", seen_by=BY)[0].code == "MMR012001"
        with pytest.raises(Problem) as caught:
            actions.make_release_current(release("2.0").pk, by=BY)
        assert caught.value.code == "places.release_current"
        actions.make_release_current(release("1.0").pk, by=BY)
        assert Place.objects.get(pcode="MMR012002").status == "active"

    def test_refusals(self, seeing):
        empty = Release.objects.create(country="MMR", authority="X", label="0")
        iraq = Release.objects.create(country="IRQ", authority="X", label="0")
        for call, code in (
            (lambda: actions.make_release_current(empty.pk, by=BY), "places.release_empty"),
            (lambda: actions.make_release_current(BATCH, by=BY), "kernel.not_found"),
            (lambda: queries.differences(empty.pk, iraq.pk, seen_by=BY), "places.releases_differ"),
            (lambda: queries.release(BATCH, seen_by=BY), "kernel.not_found"),
        ):
            with pytest.raises(Problem) as caught:
                call()
            assert caught.value.code == code

    def test_undo(self, seeing):
        batch = run(OLD)
        actions.undo_import(batch.pk, by=BY)
        assert not PlaceInRelease.objects.exists()
        assert set(Place.objects.values_list("status", flat=True)) == {"retired"}
        with pytest.raises(Problem):
            actions.undo_import(batch.pk, by=BY)

    def test_the_current_release_is_not_undone_while_another_could_follow(self, seeing):
        first = run(OLD, "1.0")
        run(NEW, "2.0")
        with pytest.raises(Problem) as caught:
            actions.undo_import(first.pk, by=BY)
        assert caught.value.code == "places.release_current"


BATCH = "01900000-0000-7000-8000-000000000000"


class TestDeciding:
    def test_refuse_and_check_again(self, seeing):
        batch = run(OLD, take=False)
        assert actions.refuse_import(batch.pk, by=BY).state == "refused"
        assert actions.check_import(batch.pk, by=BY).state == "checked"

    def test_confirming_what_was_guessed(self, seeing):
        batch = actions.upload_files([("x.csv", b"Kode,Nama\nA1,One\n")], by=BY)
        assert not batch.tables[0]["taken"]
        with pytest.raises(Problem) as caught:
            actions.confirm_import(
                batch.pk, by=BY, country="ZZZ", authority="", label="", tables=[{"meanings": ["dance"]}]
            )
        assert {error.code for error in caught.value.errors} == {
            "places.column_missing", "places.country_unknown", "places.mapping_unknown",
        }  # fmt: skip
        given = [{"taken": True, "meanings": ["code", "name:en"]}]
        actions.confirm_import(
            batch.pk, by=BY, country="id", authority="BPS", label="1", tables=given, published_on=read_date("2024")
        )
        batch = actions.check_import(batch.pk, by=BY)
        assert actions.take_import(batch.pk, by=BY).counts["added"] == 1 + 1

    def test_columns_that_are_needed(self, seeing):
        batch = actions.upload_files([("x.csv", b"Kode,Nama\nA1,One\n")], by=BY, authority="x", label="1")
        with pytest.raises(Problem) as caught:
            actions.check_import(batch.pk, by=BY)
        assert caught.value.errors[0].code == "places.file_no_places"
        batch = actions.upload_files([("x.csv", b"P-code,Nama\n1,One\n")], by=BY, authority="x", label="1")
        actions.confirm_import(batch.pk, by=BY, country="", authority="x", label="1", tables=[{"taken": True}])
        with pytest.raises(Problem) as caught:
            actions.check_import(batch.pk, by=BY)
        assert {error.code for error in caught.value.errors} == {"places.column_missing", "places.country_missing"}

    def test_unreadable_files_are_told_together(self, seeing):
        with pytest.raises(Problem) as caught:
            actions.upload_files([("a.csv", b""), ("b.xlsx", b"PK\x03\x04")], by=BY)
        assert len(caught.value.errors) == 2
        with pytest.raises(Problem):
            actions.upload_files([], by=BY)

    def test_only_for_who_reaches_everything(self, viewer_with):
        limited = viewer_with("places.import_places", "places.change_place", "access.register_area", scopes={1})
        with pytest.raises(Problem) as caught:
            actions.upload_files([("a.csv", b"x")], by=limited)
        assert caught.value.code == "places.needs_everything"
        with pytest.raises(Problem) as caught:
            actions.make_release_current(
                BATCH, by=viewer_with("places.release_places", "places.change_place", scopes={1})
            )
        assert caught.value.code == "places.needs_everything"

    def test_unknown_import(self, seeing):
        with pytest.raises(Problem) as caught:
            actions.check_import(BATCH, by=BY)
        assert caught.value.code == "kernel.not_found"


class TestNames:
    def test_rename_and_alias(self, seeing):
        run(OLD)
        place = Place.objects.get(pcode="MMR012001")
        actions.rename_place(place.pk, "en", " Sittway ", by=BY)
        actions.rename_place(place.pk, "en", "Sittway", by=BY)
        assert PlaceName.objects.get(place=place).relation == "former"
        name = actions.add_alias(place.pk, "Akyab", by=BY, language="en", source="law", until=read_date("1989"))
        assert queries.find("aky", seen_by=BY)[0].note == "Akyab"
        assert place.pk in [hit.id for hit in queries.find("sittwe", seen_by=BY)]
        with pytest.raises(Problem) as caught:
            actions.end_alias(name.pk, read_date("1990"), by=BY)
        assert caught.value.code == "places.name_ended"
        other = actions.add_alias(place.pk, "Site", by=BY)
        assert str(actions.end_alias(other.pk, read_date("1990"), by=BY).until) == "1990"
        actions.rename_place(place.pk, "ksw", "X", by=BY)

    def test_refusals(self, seeing):
        run(OLD)
        place = Place.objects.get(pcode="MMR012001")
        with pytest.raises(Problem) as caught:
            actions.rename_place(place.pk, "??", " ", by=BY)
        assert {error.code for error in caught.value.errors} == {"places.name_empty", "places.language_unknown"}
        for call in (
            lambda: actions.add_alias(place.pk, "x" * 201, by=BY),
            lambda: actions.add_alias(BATCH, "x", by=BY),
            lambda: actions.end_alias(BATCH, read_date("1990"), by=BY),
        ):
            with pytest.raises(Problem):
                call()


class TestFinding:
    def test_nearest_first_in_any_script(self, seeing):
        run(OLD)
        run(VILLAGES)
        assert [hit.code for hit in queries.find("myitkyina", seen_by=BY)] == ["MMR001D001", "MMR001001"]
        assert queries.find("မြစ်", seen_by=BY)[0].code == "MMR001001"
        assert queries.find("mmr001001", seen_by=BY)[0].code == "MMR001001"
        assert {hit.path[-1] for hit in queries.find("ywar thit", seen_by=BY)} == {"Myitkyina", "Sittwe"}
        assert queries.find("  ", seen_by=BY) == []
        assert [hit.code for hit in queries.find("myitkyina", seen_by=BY, deepest=2)] == ["MMR001D001"]
        assert queries.find("myitkyina", seen_by=BY, country="IRQ") == []
        assert queries.chosen("", "MMR012001", seen_by=BY).name == "Sittwe"
        assert queries.chosen("", "waingmaw", seen_by=BY).pcode == "MMR001002"
        assert queries.chosen("", "myitkyina", seen_by=BY) is None
        assert queries.chosen("", "", seen_by=BY) is None
