"""The words by which questions and columns tell what kind of personal data they collect, in several languages."""

from typing import Final

WORDS: Final[dict[str, tuple[str, ...]]] = {
    "gps": (
        "gps", "geopoint", "geolocation", "geo location", "geotrace", "geoshape", "latitude", "longitude", "lat",
        "lon", "lng", "coordinates", "coordonnées", "position gps", "coordenadas", "latitud", "longitud",
        "ubicación gps", "إحداثيات", "خط العرض", "خط الطول", "လတ္တီတွဒ်", "လောင်ဂျီတွဒ်", "ကိုဩဒိနိတ်",
    ),
    "biometrics": (
        "fingerprint", "fingerprints", "finger print", "thumbprint", "thumb print", "iris", "iris scan", "retina",
        "biometric", "biometrics", "bims", "facial recognition", "face scan", "facial image", "palm print",
        "voice print", "dna", "empreinte", "empreintes", "biométrie", "biométrique", "reconnaissance faciale",
        "huella", "huellas", "huella dactilar", "biometría", "biométrico", "بصمة", "بصمات", "قزحية", "بيومترية",
        "လက်ဗွေ", "မျက်ဝန်း", "ဇီဝတိုင်းတာ",
    ),
    "ethnicity": (
        "ethnicity", "ethnic", "ethnic group", "ethnicities", "tribe", "tribal", "clan", "sub clan", "caste", "race",
        "racial", "indigenous", "ethnie", "ethnique", "groupe ethnique", "tribu", "etnia", "étnico", "grupo étnico",
        "pueblo indígena", "indígena", "عرق", "العرق", "إثنية", "الإثنية", "عرقية", "قبيلة", "القبيلة", "عشيرة",
        "العشيرة", "လူမျိုး", "တိုင်းရင်းသား",
    ),
    "religion": (
        "religion", "religious", "faith", "church", "mosque attended", "denomination", "sect", "religieux",
        "confession religieuse", "religión", "religioso", "iglesia", "دين", "الدين", "ديانة", "الديانة", "طائفة",
        "مذهب", "ဘာသာရေး", "ကိုးကွယ်သည့်ဘာသာ", "ကိုးကွယ်",
    ),
    "political": (
        "political", "politics", "political party", "party membership", "voted for", "vote for", "political opinion",
        "politique", "parti politique", "político", "política", "partido político", "سياسي", "سياسية", "حزب", "الحزب",
        "နိုင်ငံရေး", "ပါတီ",
    ),
    "photo": (
        "photo", "photos", "photograph", "photography", "picture of", "portrait", "selfie", "face photo",
        "photographie", "fotografía", "foto", "video recording", "voice recording", "signature", "firma", "صورة",
        "الصورة", "توقيع", "ဓာတ်ပုံ", "လက်မှတ်ရေးထိုး",
    ),
    "document": (
        "national id", "national identity", "identity card", "identity document", "identity number", "id card",
        "id number", "id no", "nrc", "passport", "passport number", "document number", "birth certificate number",
        "driving licence", "drivers license", "voter card", "electoral card", "tax number", "unhcr id",
        "ration card number", "passeport", "carte d'identité", "carte nationale", "pièce d'identité",
        "numéro de document", "cédula", "pasaporte", "documento de identidad", "número de documento", "جواز السفر",
        "بطاقة الهوية", "رقم الهوية", "الرقم الوطني", "မှတ်ပုံတင်", "နိုင်ငံကူးလက်မှတ်", "နိုင်ငံသားစိစစ်ရေး",
    ),
    "phone": (
        "phone", "phone number", "phone no", "telephone", "telephone number", "tel", "mobile number", "mobile phone",
        "cell phone", "cellphone", "whatsapp", "contact number", "téléphone", "numéro de téléphone", "portable",
        "teléfono", "celular", "هاتف", "الهاتف", "رقم الهاتف", "جوال", "موبايل", "ဖုန်း", "တယ်လီဖုန်း",
    ),
    "health": (
        "disease", "diseases", "illness", "illnesses", "chronic", "medical condition", "medical conditions",
        "medical history", "health condition", "health status", "hiv", "aids status", "tuberculosis", "pregnant",
        "pregnancy", "lactating", "breastfeeding", "diagnosis", "diagnosed", "blood group", "blood type",
        "malnutrition", "malnourished", "muac", "vaccinated", "vaccination", "mental health", "maladie", "maladies",
        "enceinte", "grossesse", "allaitante", "état de santé", "enfermedad", "enfermedades", "embarazada",
        "embarazo", "estado de salud", "مرض", "أمراض", "مزمن", "حامل", "الحالة الصحية", "ရောဂါ", "ကိုယ်ဝန်",
        "ကျန်းမာရေးအခြေအနေ",
    ),
    "disability": (
        "disability", "disabilities", "disabled", "handicap", "handicapped", "difficulty seeing",
        "difficulty hearing", "difficulty walking", "difficulty remembering", "difficulty concentrating",
        "difficulty communicating", "washington group", "wheelchair", "blind", "deaf", "handicapé",
        "difficulté à voir", "difficulté à entendre", "difficulté à marcher", "discapacidad", "discapacitado",
        "إعاقة", "الإعاقة", "معاق", "မသန်စွမ်း", "မသန်မစွမ်း",
    ),
    "gbv": (
        "gbv", "sgbv", "gender based violence", "sexual violence", "sexual abuse", "rape", "raped",
        "domestic violence", "intimate partner violence", "child abuse", "survivor of violence", "physical violence",
        "harassment", "trafficking", "violence basée sur le genre", "violence sexuelle", "violences sexuelles",
        "viol", "violencia de género", "violencia sexual", "abuso sexual", "violación", "عنف", "العنف", "اغتصاب",
        "تحرش", "အကြမ်းဖက်", "လိင်ပိုင်းဆိုင်ရာ", "မုဒိမ်း",
    ),
}  # fmt: skip

# Two of these among the choices tell a list of religions, whatever the question is called.
RELIGIONS: Final = frozenset({
    "muslim", "islam", "islamic", "christian", "christianity", "catholic", "protestant", "buddhist", "buddhism",
    "hindu", "hinduism", "jewish", "judaism", "animist", "animism", "sikh", "musulman", "chretien", "catholique",
    "bouddhiste", "cristiano", "catolico", "budista", "مسلم", "مسيحي", "بوذي", "ဗုဒ္ဓ", "ခရစ်ယာန်", "အစ္စလာမ်",
    "ဟိန္ဒူ",
})  # fmt: skip
