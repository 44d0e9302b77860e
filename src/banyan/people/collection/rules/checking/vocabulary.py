"""Words people write for a code, in several languages and scripts, beside the labels of the code list itself.

Only words whose meaning nobody disputes: "m" is male in every form seen, but "single" in none. A word counts only where
the list has the code.
"""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

# A cell that says there is nothing.
EMPTY_WORDS = frozenset(
    {"", "-", "--", "---", "n/a", "na", "n.a.", "n.a", "nil", "null", "none", "#n/a", "not provided", "not available",
     "not applicable", "no number", "aucun", "aucune", "ninguno", "ninguna", "لا يوجد", "မရှိ", "မရှိပါ"}
)  # fmt: skip

YES = frozenset(
    {"yes", "y", "true", "t", "1", "oui", "o", "vrai", "sí", "si", "s", "verdadero", "نعم", "صح", "ဟုတ်", "ဟုတ်ကဲ့",
     "ဟုတ်တယ်", "ရှိ", "ရှိပါသည်", "ndiyo", "sim", "ja", "haan", "हाँ", "हां", "হ্যাঁ", "так", "да", "evet", "بلی"}
)  # fmt: skip
NO = frozenset(
    {"no", "n", "false", "f", "0", "non", "faux", "falso", "لا", "كلا", "မဟုတ်", "မဟုတ်ပါ", "မရှိ", "မရှိပါ", "hapana",
     "não", "nao", "nein", "nahi", "नहीं", "না", "ні", "нет", "hayır", "نه", "خیر"}
)  # fmt: skip

_WORDS: dict[str, dict[str, str]] = {
    "sex": {
        "female": "f female woman girl women w féminin feminin femme fille femenino mujer niña hembra أنثى انثى امرأة"
        " بنت مؤنث မ အမျိုးသမီး မိန်းမ မိန်းကလေး ਔਰਤ महिला নারী mke mwanamke жінка женщина kadın زن 2",
        "male": "m male man boy men masculin homme garçon garcon masculino hombre niño varón varon ذكر رجل ولد مذكر"
        " ကျား ယောက်ျား အမျိုးသား ယောက်ကျား पुरुष পুরুষ mme mwanaume чоловік мужчина erkek مرد 1",
        "other": "x other intersex autre otro otra آخر اخر အခြား",
        "unknown": "u unknown inconnu desconocido مجهول مجهولة မသိ မသိရ",
    },
    "relationship": {
        "head": "head head_of_household hoh self household_head chef chef_de_ménage chef_de_menage jefe jefa jefe_de_hogar"
        " jefa_de_hogar cabeza_de_familia رب_الأسرة ربة_الأسرة رب_الاسرة အိမ်ထောင်ဦးစီး head_of_household_(self)",
        "spouse": "spouse wife husband partner wife_husband wife_/_husband husband_wife free_union épouse epouse époux epoux"
        " conjoint conjointe femme mari esposa esposo cónyuge conyuge زوج زوجة ဇနီး ခင်ပွန်း အိမ်ထောင်ဖက်",
        "child": "child son daughter son_daughter son_/_daughter enfant fils fille hijo hija ابن ابنة بنت သား သမီး သားသမီး",
        "parent": "parent mother father mother_father mother_/_father mère mere père pere madre padre أم أب والد والدة"
        " မိခင် ဖခင် အမေ အဖေ မိဘ",
        "sibling": "sibling brother sister brother_sister brother_/_sister frère frere sœur soeur hermano hermana أخ أخت"
        " ညီအစ်ကို မောင်နှမ",
        "grandchild": "grandchild grandson granddaughter granddaugher_grandson granddaughter_grandson"
        " granddaughter_/_grandson petit-fils petite-fille nieto nieta حفيد حفيدة မြေး",
        "grandparent": "grandparent grandmother grandfather grandmother_grandfather grandmother_/_grandfather grand-mère"
        " grand-père abuelo abuela جد جدة အဖိုး အဖွား",
        "child-in-law": "daughterinlaw_soninlaw son-in-law daughter-in-law daughter-in-law_/_son-in-law gendre belle-fille"
        " yerno nuera",
        "parent-in-law": "motherinlaw_fatherinlaw mother-in-law father-in-law mother-in-law_/_father-in-law suegro suegra",
        "sibling-in-law": "sisterinlaw_brotherinlaw brother-in-law sister-in-law sister-in-law_/_brother-in-law cuñado"
        " cuñada",
        "nephew-niece": "nephew_niece nephew niece nephew_/_niece neveu nièce sobrino sobrina",
        "aunt-uncle": "aunt_uncle aunt uncle aunt_/_uncle oncle tante tío tía",
        "cousin": "cousin cousine primo prima",
        "foster-child": "foster_child foster_son foster_daughter",
        "other": "other autre otro otra آخر အခြား",
        "unrelated": "non_beneficiary not_related unrelated no_relation",
        "unknown": "unknown inconnu desconocido",
    },
}  # fmt: skip

# Words that tell the sex of the person who bears the relationship.
GENDERED = {
    "female": "wife mother daughter sister grandmother granddaughter aunt niece daughter-in-law mother-in-law"
    " sister-in-law épouse epouse femme mère mere fille sœur soeur esposa madre hija hermana abuela nieta tía sobrina"
    " زوجة أم والدة ابنة بنت أخت جدة حفيدة ဇနီး မိခင် အမေ သမီး အဖွား",
    "male": "husband father son brother grandfather grandson uncle nephew son-in-law father-in-law brother-in-law époux"
    " epoux mari père pere fils frère frere esposo padre hijo hermano abuelo nieto tío sobrino"
    " زوج أب والد ابن أخ جد حفيد ခင်ပွန်း ဖခင် အဖေ သား အဖိုး",
}

_GAPS = re.compile(r"[\s_]+|(?<=\w)[-\u2010\u2011](?=\w)")


@lru_cache(maxsize=65536)
def plain_word(text: str) -> str:
    """The word as it is compared: NFKC, small letters, single spaces for spaces, underscores and hyphens, no final dot."""
    return _GAPS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip(" .:;")


def words_of(code_list: str) -> dict[str, str]:
    """Plain word → code, of the further words for the codes of a list."""
    return {
        plain_word(word): code for code, words in _WORDS.get(code_list, {}).items() for word in words.split() if word
    }


def gender_of_words() -> dict[str, str]:
    """Plain word → the sex it implies."""
    return {plain_word(word): sex for sex, words in GENDERED.items() for word in words.split()}


def digits_plain(text: str) -> str:
    """The text with the digits of every script as 0–9."""
    return "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() and not character.isascii() else character
        for character in text
    )


def near_word(word: str, known: Iterable[str]) -> list[str]:
    """The known words that differ from this one by a single slip (insertion, deletion, change, swapped neighbours)."""
    return [other for other in known if other != word and one_slip(word, other)]


def one_slip(left: str, right: str) -> bool:
    """Whether one insertion, deletion, substitution or swap of neighbours turns the one into the other."""
    if abs(len(left) - len(right)) > 1 or left == right:
        return False
    start = 0
    shortest = min(len(left), len(right))
    while start < shortest and left[start] == right[start]:
        start += 1
    rest_left, rest_right = left[start:], right[start:]
    if len(left) == len(right):
        swapped = rest_left[1:2] + rest_left[:1] == rest_right[:2] and rest_left[2:] == rest_right[2:]
        return rest_left[1:] == rest_right[1:] or swapped
    return rest_left[1:] == rest_right if len(left) > len(right) else rest_left == rest_right[1:]
