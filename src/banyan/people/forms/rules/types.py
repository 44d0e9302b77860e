"""Types of questions: how forms write them, what the converter calls them, and what their author may have meant."""

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from pyxform import aliases, constants
from pyxform.question_type_dictionary import QUESTION_TYPE_DICT
from pyxform.xls2json import RE_BEGIN_CONTROL, RE_END_CONTROL, RE_OSM, RE_SELECT

# Our word for each type the converter knows, where they differ; spellings of older forms included.
_WORDS = {
    "int": "integer", "string": "text", "photo": "image", "gps": "geopoint", "location": "geopoint", "dateTime": "datetime",
    "date time": "datetime", "trigger": "acknowledge", "phone number": "phonenumber", "device id": "deviceid", "imei": "deviceid",
    "sim id": "simserial", "subscriber id": "subscriberid", "start time": "start", "end time": "end", "percentage": "integer",
    "picture": "image", "get today": "today", "get start time": "start", "get end time": "end", "get device id": "deviceid",
    "get phone number": "phonenumber", "get sim id": "simserial", "get subscriber id": "subscriberid",
    "number of days in last month": "integer", "number of days in last six months": "integer",
    "number of days in last year": "integer", "select one external": "select_one",
}  # fmt: skip
# What people write who mean a type; anything else is guessed by likeness only.
_MEANT = {
    "numeric": "decimal", "number": "decimal", "num": "decimal", "float": "decimal", "double": "decimal", "real": "decimal",
    "currency": "decimal", "money": "decimal", "whole number": "integer",
    "numeric integer": "integer", "long": "integer", "count": "integer",
    "str": "text", "varchar": "text", "char": "text", "character": "text", "textbox": "text", "text box": "text", "textarea": "text",
    "paragraph": "text", "free text": "text", "open": "text", "open ended": "text", "short text": "text", "long text": "text",

    "alphanumeric": "text", "tel": "text", "telephone": "text", "phone": "text", "mobile": "text", "mobile number": "text",
    "e-mail": "text", "picture": "image", "photograph": "image", "camera": "image", "signature": "image", "img": "image",
    "qr": "barcode", "qrcode": "barcode", "qr code": "barcode", "bar code": "barcode", "coordinates": "geopoint",
    "gps point": "geopoint", "gps location": "geopoint", "geo point": "geopoint", "geolocation": "geopoint", "point": "geopoint",
    "line": "geotrace", "polygon": "geoshape", "area": "geoshape", "geo shape": "geoshape", "geo trace": "geotrace",
    "date_time": "datetime", "date/time": "datetime", "timestamp": "datetime", "dob": "date", "calendar": "date", "hour": "time",
    "label": "note", "info": "note", "information": "note", "message": "note", "notes": "note", "comment": "note",
    "calculation": "calculate",
    "calc": "calculate", "calculated": "calculate", "formula": "calculate", "confirm": "acknowledge", "ok": "acknowledge",
    "start_time": "start", "starttime": "start", "end_time": "end", "endtime": "end", "device_id": "deviceid",
    "phone_number": "phonenumber",
    "sound": "audio", "voice": "audio", "movie": "video", "attachment": "file", "document": "file", "upload": "file",
    "start_group": "begin_group", "start group": "begin_group", "open group": "begin_group", "group": "begin_group",
    "group begin": "begin_group", "begingroup": "begin_group", "begin-group": "begin_group", "begin_grp": "begin_group",
    "endgroup": "end_group", "end-group": "end_group", "close group": "end_group", "close_group": "end_group", "group end": "end_group",
    "end_grp": "end_group", "start_repeat": "begin_repeat", "start repeat": "begin_repeat", "beginrepeat": "begin_repeat",
    "begin-repeat": "begin_repeat", "repeat": "begin_repeat", "endrepeat": "end_repeat", "end-repeat": "end_repeat",
    "close repeat": "end_repeat", "repeat end": "end_repeat", "begin section": "begin_group", "end section": "end_group",
}  # fmt: skip
_ONE = ("select1", "select_1", "select-one", "selectone", "select_on", "select one", "single select", "single_select", "radio", "dropdown",
        "drop down", "choose_one", "choose one", "pick_one", "single choice", "single_choice", "select_one", "select")  # fmt: skip
_MANY = ("select_multi", "select_many", "select many", "select-multiple", "selectmultiple", "select multiple", "multi select",
         "multi_select", "multiselect", "multiple choice", "multiple_choice", "checkbox", "checkboxes", "select_all", "select all",
         "select_mutiple", "select_muliple", "select_multipe", "select_multple", "choose_many", "select_multiple")  # fmt: skip
# A select that names no list: some stand in the converter's own table of types, yet it can make nothing of them.
_BARE = {"select_one": "select_one", "select one": "select_one", "select_multiple": "", constants.SELECT_ALL_THAT_APPLY: "", "rank": "rank",
         "select_one_external": "select_one", "q select": "", "q select1": "select_one", "select1": "select_one"}  # fmt: skip
_SPACES = re.compile(r"[\s\u200b\ufeff]+")


@dataclass(frozen=True)
class Kind:
    """What a type says: our word, the list of choices it names, whether "other" may be written, and what it opens or closes."""

    word: str
    list_name: str = ""
    or_other: bool = False
    opens: str = ""  # group | repeat | loop
    closes: str = ""
    known: bool = True
    external: bool = False  # choices come from the sheet external_choices
    from_file: bool = False


@cache
def kind_of(text: str) -> Kind:
    """What a type as written says. `known` is False for what the converter refuses."""
    if begin := RE_BEGIN_CONTROL.search(text):
        return Kind("begin", begin["list_name"] or "", opens=aliases.control[begin["type"]])
    if end := RE_END_CONTROL.search(text):
        return Kind("end", closes=aliases.control[end["type"]])
    if select := RE_SELECT.search(text):
        command = select["select_command"]
        word = {"select one": "select_one", "select one external": "select_one", "rank": "rank"}.get(
            aliases.select[command], "select_multiple"
        )
        return Kind(
            word,
            select["list_name"],
            or_other=select["specify_other"] is not None,
            external=aliases.select[command] == "select one external",
            from_file=command in aliases.select_from_file,
        )
    if osm := RE_OSM.search(text):
        return Kind("osm", osm["list_name"])
    bare = text.removeprefix("uri:").removeprefix("q ")
    if bare.startswith("add ") and bare.endswith(" prompt"):
        bare = bare[4:-7]
    word = _WORDS.get(bare, bare)
    if text in _BARE:
        return Kind(
            "select_multiple" if "all" in text or "multiple" in text or text == "q select" else _BARE[text], known=False
        )
    return Kind(
        word.lower() if word == "dateTime" else word,
        known=text in QUESTION_TYPE_DICT or text in aliases._type_alias_map,
    )


def is_setting(text: str) -> bool:
    """Whether older forms put a setting into the survey sheet under this type (form_title, form_id …)."""
    return text in aliases.settings_header


def meant(text: str, lists: frozenset[str]) -> str:
    """The type an unknown one surely stands for, "" when there is no telling. `lists` are the lists of choices there are."""
    flat = _SPACES.sub(" ", text).strip().rstrip(".:;,")
    lower = flat.lower()
    for candidate in (flat, lower, lower.replace("-", "_"), lower.replace(" ", "_"), lower.replace("_", " ")):
        if kind_of(candidate).known:
            return candidate
    if lower in _MEANT:
        return _MEANT[lower]
    if is_setting(lower.replace(" ", "_")):
        return lower.replace(" ", "_")
    for words, command in ((_MANY, "select_multiple"), (_ONE, "select_one")):
        for word in sorted(words, key=len, reverse=True):
            if lower.startswith(word) and lower != word and not lower[len(word)].isalpha():
                rest = flat[len(word) :].strip(" :_-([{").rstrip(")]} ")
                list_name, _space, other = rest.partition(" ")
                listed = _listed(rest, lists) or _listed(list_name, lists)
                if not listed:
                    continue
                tail = (
                    " or_other"
                    if other.lower().strip() in ("or_other", "or other", "or specify other", "other") and listed != rest
                    else ""
                )
                return f"{command} {listed}{tail}"
    close = get_close_matches(lower, _PLAIN, 1, 0.8)
    return close[0] if close else ""


def likely(text: str) -> str:
    """A known type that looks like an unknown one, to be named in the message."""
    first, _space, _rest = _SPACES.sub(" ", text).strip().lower().partition(" ")
    close = get_close_matches(first, (*_PLAIN, "select_one", "select_multiple"), 1, 0.6)
    return close[0] if close else ""


def _listed(name: str, lists: frozenset[str]) -> str:
    if name in lists:
        return name
    wanted = re.sub(r"[\s_-]", "", name.lower())
    found = [each for each in lists if re.sub(r"[\s_-]", "", each.lower()) == wanted]
    return found[0] if len(found) == 1 and wanted else ""


_PLAIN = (
    "text", "integer", "decimal", "date", "time", "datetime", "geopoint", "geotrace", "geoshape", "image", "audio", "video", "file",
    "barcode", "calculate", "note", "acknowledge", "range", "hidden", "start", "end", "today", "deviceid", "username", "phonenumber",
    "begin_group", "end_group", "begin_repeat", "end_repeat",
)  # fmt: skip
