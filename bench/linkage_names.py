"""Names of made-up people for the benches of linkage: the demo's, with longer lists of words, so that fewer bear the same. No bench."""

import random
from dataclasses import replace
from functools import cache

from banyan.people.registry.demo import naming
from banyan.people.registry.demo.naming import Name, Word
from banyan.platform.kernel.names import romanised
from banyan.platform.kernel.names.burmese import spellings

# Syllables that Burmese names are made of, commonest first, beside the demo's; most are given to men and women alike.
_SYLLABLES = {
    "both": "အောင် ခင် မြင့် ဝင်း သန်း စိုး ထွန်း လှ ကျော် မြ စန်း တင် နိုင် ညွန့် ရွှေ ငွေ သိန်း ခိုင် သက် ဇော် ကြည် ရီ မော် ဖြူ "
    "စော လွင် ဆွေ ကြိုင် သော် အေး သိုက် ဖြိုး စစ် ပိုင် လင်း ထက် နန္ဒာ ဟန် ဉာဏ် နွယ် ယုံ သင်း ကျင် ခန့် တိုး မောင် ရည် လတ် ဦး "
    "ဇင် ဝေ ဟိန်း မင်း ပြည့် စည် သူ ရန် နောင် ကို မိုး တွန်း ဖုန်း ဘို ဘ ဖေ ထူး ဒင် ပန်း ရှိန် လေး ညို ဝဏ္ဏ",
    "male": "ကောင်း ဗိုလ် ဘုန်း ဇေယျာ ဝိုင်း ထိုက် ရဲ လုံး မာန် ဟိန် ဇွဲ ထင် မိုင်း ဘီ ဗလ ကြီး သာ ချစ် ပု",
    "female": "သီတာ စု နှင်း ခိုင် ဝါ အိ ဖြူ သွယ် သဇင် ချို ငယ် နန်း ပွင့် ရင် မာ ဆု ယဉ် မေ နီ လဲ့ ဇာ ရွက် ပပ သန္တာ ဆင့် မိ စမ်း",
}
# Further words of peoples of whom the demo knows few; men and women share most.
_FURTHER = {
    "karen": "Htoo Wah Ler Blut Shee Thaw Baw Klo Plo Sha Bway Lwe Pler Kyi Htee Ka Lah Gyi Nee Kwee Pwe Tha Mya Shwe Lu Ney "
    "Bleh Kpru Ree Sue Christmas Moses Sunday Silver David Joseph Nyaw Rel Thi Pi",
    "shan": "Lao Khur Harn Pha Murng Tai Hla San Sarm Yawd Suk Khay Nawng Ngern Mok Aye Htun Long Kyaw Khay Lern Hom Mawn Aw "
    "Sawm Ung Pan Sang Ya Nom Zing Woe Saeng Laeng Nu Tern",
    "kachin": "Ja Ting Bawk Seng Mai Htoi Ing Lum Roi Nan Awng San La Zau Hkawn Tawng Nu Ra Lat Brang Gun Naw Bawm Kai Ying Aung "
    "Htu Wa Yaw Tang Pan Hpung Sinwa Lajaw",
}


def drawn(people: str, sex: str, chance: random.Random, father: Name | None) -> Name:
    """A name of one of the peoples, drawn by lot; what is handed down comes from the father."""
    if people != "burmese":
        return _varied(naming.draw(people, sex, chance, father=father), chance)
    pool, weights = _burmese()[sex]
    count = chance.choices((2, 3, 4), (38, 50, 12))[0]
    return Name(people, tuple(dict.fromkeys(chance.choices(pool, weights, k=count + 2)))[:count])


def _varied(name: Name, chance: random.Random) -> Name:
    """The demo's name with some of its words from the longer lists; what is handed down stays."""
    if name.culture not in _FURTHER:
        return name
    further = _FURTHER[name.culture].split()
    words = [
        Word("", chance.choice(further)) if place and word.latin != name.family and chance.random() < 0.6 else word
        for place, word in enumerate(name.words)
    ]
    if len(words) < 4 and chance.random() < {"shan": 0.7, "karen": 0.5, "kachin": 0.0}[name.culture]:
        words.append(Word("", chance.choice(further)))
    return replace(name, words=tuple(words))


@cache
def _burmese() -> dict[str, tuple[list[Word], list[float]]]:
    """Syllables of each sex with how common they are; customary spellings are the kernel's, others the demo's."""
    found = {}
    for sex in ("male", "female"):
        ready = {script: Word(script, latin, tuple(more)) for script, latin, more in naming._pools()["burmese"][sex]}
        listed = dict.fromkeys([*_SYLLABLES["both"].split(), *_SYLLABLES[sex].split(), *ready])
        pool = [ready.get(script) or _syllable(script) for script in listed]
        found[sex] = (pool, [1 / (rank + 8) for rank in range(len(pool))])
    return found


def _syllable(script: str) -> Word:
    latin = romanised(script).replace(" ", "").capitalize()
    other = tuple(one.capitalize() for one in spellings(script) if one != latin.lower())[:3]
    return Word(script, latin, other)
