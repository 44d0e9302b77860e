"""The words columns are known by, in the languages of forms.

Registers declare words of their own with their fields; these are the ordinary ones of forms and exports in English,
French, Spanish, Arabic and Burmese, and the names that KoBo, ODK, HOPE and OpenSPP give their columns.
"""

from functools import cache

from banyan.people.collection.rules.recognition.wording import normal
from banyan.people.collection.rules.shapes import (
    HOUSEHOLD_COLUMN,
    IGNORED,
    PERSON_COLUMN,
    SUBMITTED_COLUMN,
    UID_COLUMN,
)

_DOCUMENTS = {
    "national_id": (
        "national id", "nid", "nrc", "national id card", "national identity card", "cni", "carte nationale",
        "carte d identite", "cedula", "dni", "cedula de identidad", "national identification", "الهويه الوطنيه",
        "رقم الهويه", "الرقم الوطني", "နိုင်ငံသားစိစစ်ရေးကတ်", "မှတ်ပုံတင်", "မှတ်ပုံတင်အမှတ်", "nrc no",
    ),
    "passport": ("passport", "national passport", "passeport", "pasaporte", "جواز السفر", "နိုင်ငံကူးလက်မှတ်"),
    "birth_certificate": (
        "birth certificate", "birth registration", "acte de naissance", "extrait de naissance",
        "certificado de nacimiento", "partida de nacimiento", "شهاده الميلاد", "မွေးစာရင်း",
    ),
    "drivers_license": (
        "drivers license", "driver license", "driving license", "drivers licence", "driving licence",
        "permis de conduire", "licencia de conducir", "رخصه القياده",
    ),
    "electoral_card": (
        "electoral card", "voter card", "voter id", "carte d electeur", "carte electorale", "tarjeta electoral",
    ),
    "unhcr_id": (
        "unhcr id", "unhcr", "unhcr individual id", "progres id", "unhcr registration", "unhcr certificate",
        "carte unhcr", "carte hcr",
    ),
    "scope_id": ("scope id", "wfp scope id", "scope", "scope card"),
    "tax_id": ("tax id", "tax identification", "tax number", "tin", "nif", "rut", "numero fiscal"),
    "other": ("other id",),
}  # fmt: skip
_NUMBER = ("", "no", "number", "num", "nr", "id number", "numero", "رقم")
_ISSUER = ("issuer", "issuing country", "issued by", "country", "issuing authority")


def _document_words() -> dict[str, tuple[str, ...]]:
    words: dict[str, tuple[str, ...]] = {}
    for kind, names in _DOCUMENTS.items():
        numbers = [f"{name} {part}".strip() for name in names for part in _NUMBER if part or kind != "other"]
        numbers += [f"{part} {name}" for name in names for part in ("number of", "numero de", "numero", "no of", "رقم")]
        issuers = [f"{name} {part}" for name in names for part in _ISSUER]
        issuers += [f"issuing {what} of {name}" for name in names for what in ("country", "entity", "authority")]
        words[f"person.document.{kind}.number"] = tuple(numbers)
        words[f"person.document.{kind}.issuer"] = tuple(issuers)
        words[f"person.document.{kind}.issued_on"] = tuple(
            f"{name} {part}" for name in names for part in ("issue date", "issued on", "date of issue", "issued date")
        )
        words[f"person.document.{kind}.expires_on"] = tuple(
            f"{name} {part}"
            for name in names
            for part in ("expiry date", "expires on", "expiration date", "valid until", "expiry")
        )
    return words


_HOUSEHOLD = {
    HOUSEHOLD_COLUMN: (
        "household id", "hh id", "hhid", "household number", "household no", "hh no", "hh number", "household code",
        "hh code", "family id", "family number", "family no", "household", "id menage", "numero de menage",
        "numero menage", "code menage", "id du menage", "id hogar", "numero de hogar", "codigo de hogar",
        "id del hogar", "رقم الاسره", "رقم العائله", "အိမ်ထောင်စုအမှတ်", "အိမ်ထောင်စုနံပါတ်", "group id",
        "household unique id", "hh uid",
    ),
    "household.place": (
        "place", "location", "pcode", "p code", "place code", "place pcode", "admin1", "admin2", "admin3", "admin4",
        "admin 1", "admin 2", "admin 3", "admin 4", "admin1 pcode", "admin2 pcode", "admin3 pcode", "admin4 pcode",
        "adm1 pcode", "adm2 pcode", "adm3 pcode", "adm4 pcode", "adm1", "adm2", "adm3", "adm4", "admin level 1",
        "admin level 2", "admin level 3", "admin level 4", "admin1 code", "admin2 code", "admin3 code", "admin4 code",
        "village pcode", "village code", "camp pcode", "site pcode", "township pcode", "township code", "ts pcode",
        "tsp pcode", "ward pcode", "village tract pcode", "vt pcode", "district pcode", "village tract code",
        "township", "village tract", "household pcode", "place p code", "current location", "مكان", "الموقع",
    ),
    "household.address": (
        "address", "household address", "current address", "adresse", "direccion", "domicilio", "العنوان", "လိပ်စာ",
        "نشاني",
    ),
    "household.geopoint": (
        "geopoint", "gps", "hh geopoint", "household geopoint", "geolocation", "household location",
        "gps coordinates", "gps location", "coordinates", "coordonnees gps", "coordenadas", "ubicacion gps",
        "الاحداثيات", "hh gps", "position gps",
    ),
    "household.phone": ("household phone", "household phone number", "contact number", "contact phone"),
    "household.registered_on": (
        "registration date", "first registration date", "date of registration", "registered on", "registered date",
        "date d enregistrement", "date denregistrement", "fecha de registro", "تاريخ التسجيل", "မှတ်ပုံတင်ရက်စွဲ",
        "first household registration date",
    ),
    "household.interviewer": (
        "interviewer", "enumerator", "enumerator name", "name enumerator", "name of enumerator",
        "name of the enumerator", "interviewer name", "enqueteur", "nom de lenqueteur", "nom enqueteur",
        "encuestador", "nombre del encuestador", "الباحث", "اسم الباحث", "مدخل البيانات", "registration clerk",
        "registered by", "စစ်တမ်းကောက်သူ",
    ),
    "household.interviewed_on": (
        "interview date", "date of interview", "today", "survey date", "date de lentretien", "fecha de entrevista",
        "visit date",
    ),
    "household.registration_group": ("registration group", "group name", "groupe denregistrement"),
    "household.language": ("interview language", "household language", "language of interview"),
    "household.size_reported": (
        "household size", "hh size", "family size", "size", "number of members", "hhsize", "members count",
        "number of household members", "what is the household size", "taille du menage", "tamano del hogar",
        "numero de miembros", "عدد افراد الاسره", "حجم الاسره", "အိမ်ထောင်စုဝင်ဦးရေ", "မိသားစုဝင်ဦးရေ",
        "household members", "total members", "no of family members",
    ),
    "household.consent": (
        "consent", "do you consent", "informed consent", "consent given", "consentement", "consentimiento",
        "الموافقه", "موافقه", "သဘောတူညီချက်", "agree to participate",
    ),
    "household.residence_status": (
        "residence status", "displacement status", "population group", "population type", "residency status",
        "statut de residence", "statut de deplacement", "estatus de residencia", "حاله الاقامه", "حاله النزوح",
        "resident status",
    ),
    "household.origin_country": (
        "country of origin", "country origin", "origin country", "pays dorigine", "pays d origine", "pais de origen",
        "بلد المنشا",
    ),
}  # fmt: skip

_PERSON = {
    PERSON_COLUMN: (
        "individual id", "person id", "member id", "index id", "ind id", "beneficiary id", "individual number",
        "member number", "member no", "hh member id", "unique id", "registration id", "registration number",
        "person code", "id individu", "id persona", "رقم الفرد", "individual no", "registrant id",
    ),
    "person.full_name": (
        "full name", "name", "fullname", "member name", "name of member", "individual name", "person name",
        "beneficiary name", "complete name", "respondent name", "name of person", "name of respondent", "names",
        "nom complet", "nom et prenom", "nom et prenoms", "noms et prenoms", "nombre completo", "nombre y apellido",
        "nombres y apellidos", "الاسم", "الاسم الكامل", "الاسم الثلاثي", "الاسم الرباعي", "اسم الفرد", "အမည်",
        "နာမည်", "အမည်အပြည့်အစုံ", "hh member name",
    ),
    "person.given_name": (
        "given name", "first name", "given names", "forename", "firstname", "prenom", "prenoms", "nombre", "nombres",
        "primer nombre", "الاسم الاول", "fname",
    ),
    "person.middle_name": (
        "middle name", "middle names", "second name", "middlename", "deuxieme prenom", "segundo nombre",
        "اسم الاب الثاني",
    ),
    "person.family_name": (
        "family name", "last name", "surname", "lastname", "nom de famille", "nom", "apellido", "apellidos",
        "اسم العائله", "اللقب", "الكنيه", "lname",
    ),
    "person.name_original": (
        "name in original script", "original name", "local name", "name local", "name in burmese", "name in arabic",
        "name mm", "name my", "myanmar name",
    ),
    "person.mother_name": (
        "mother name", "mothers name", "name of mother", "nom de la mere", "nombre de la madre", "اسم الام",
        "မိခင်အမည်", "အမိအမည်",
    ),
    "person.father_name": (
        "father name", "fathers name", "name of father", "nom du pere", "nombre del padre", "اسم الاب", "ဖခင်အမည်",
        "အဘအမည်", "အဖအမည်",
    ),
    "person.sex": (
        "sex", "gender", "sexe", "genre", "sexo", "genero", "الجنس", "النوع", "ကျား မ", "လိင်", "ကျား/မ", "m f",
        "sex of member",
    ),
    "person.birth_date": (
        "birth date", "date of birth", "dob", "birthdate", "birthday", "birth day", "born on", "date de naissance",
        "ddn", "fecha de nacimiento", "nacimiento", "تاريخ الميلاد", "تاريخ الولاده", "မွေးသက္ကရာဇ်", "မွေးနေ့",
        "မွေးရက်",
    ),
    "person.age": (
        "age", "age years", "age in years", "age at registration", "edad", "العمر", "السن", "အသက်", "age of member",
        "member age",
    ),
    "person.birth_date_estimated": (
        "estimated birth date", "birth date estimated", "dob estimated", "is birth date estimated",
        "date of birth estimated", "estimated dob", "date de naissance estimee", "birthdate estimated",
    ),
    "person.relationship": (
        "relationship", "relationship to head", "relation to head", "relationship to head of household",
        "relation to head of household", "relation", "relationship to hoh", "relationship with head of household",
        "hoh relation", "lien de parente", "lien avec le chef", "lien avec le chef de menage", "parentesco",
        "relacion con el jefe de hogar", "صله القرابه", "القرابه", "العلاقه برب الاسره", "တော်စပ်ပုံ",
        "အိမ်ထောင်ဦးစီးနှင့်တော်စပ်ပုံ", "relation to hoh",
    ),
    "person.is_head": (
        "head of household", "is head", "is head of household", "hoh", "household head", "is hoh", "chef de menage",
        "jefe de hogar", "jefe de familia", "رب الاسره", "အိမ်ထောင်ဦးစီး",
    ),
    "person.is_collector": (
        "primary collector id", "is collector", "primary collector", "collector", "main collector",
    ),
    "person.is_alternate": (
        "alternate collector id", "is alternate", "alternate collector", "alternate", "is alternate collector",
    ),
    "person.nationality": (
        "nationality", "citizenship", "nationalite", "nacionalidad", "الجنسيه", "နိုင်ငံသား", "family nationality",
    ),
    "person.origin_country": (
        "country of origin", "country origin", "origin country", "pays d origine", "pays dorigine", "pais de origen",
        "بلد المنشا",
    ),
    "person.marital_status": (
        "marital status", "civil status", "marital", "situation matrimoniale", "etat civil", "statut matrimonial",
        "estado civil", "الحاله الاجتماعيه", "الحاله الزوجيه", "အိမ်ထောင်ရေးအခြေအနေ",
    ),
    "person.legal_status": (
        "legal status", "statut juridique", "statut legal", "estatus legal", "الوضع القانوني", "asylum status",
        "refugee status",
    ),
    "person.arrived_on": (
        "arrival date", "date of arrival", "arrived on", "date d arrivee", "date darrivee", "fecha de llegada",
        "تاريخ الوصول", "ရောက်ရှိသည့်ရက်",
    ),
    "person.place": ("person pcode", "individual pcode"),
    "person.address": ("address", "individual address", "person address"),
    "person.phone": (
        "phone", "phone no", "phone number", "mobile", "mobile number", "telephone", "tel", "phone number 1",
        "phone 1", "cell phone", "cellphone", "telephone number", "msisdn", "mobile phone", "numero de telephone",
        "telefono", "numero de telefono", "celular", "رقم الهاتف", "الهاتف", "رقم الجوال", "ဖုန်း", "ဖုန်းနံပါတ်",
        "phone1", "contact no",
    ),
    "person.phone_2": (
        "phone no alternative", "alternative phone", "alternative phone number", "second phone", "phone 2",
        "phone number 2", "other phone", "phone2", "alternate phone", "phone number alternative",
    ),
    "person.email": (
        "email", "e mail", "email address", "individual email", "courriel", "correo electronico", "البريد الالكتروني",
    ),
    "person.language": (
        "language", "preferred language", "langue", "langue preferee", "idioma", "اللغه", "ဘာသာစကား", "mother tongue",
        "spoken language",
    ),
    "person.education": (
        "education", "education level", "level of education", "highest education", "niveau d education",
        "niveau deducation", "nivel educativo", "المستوي التعليمي", "ပညာအရည်အချင်း",
    ),
    "person.occupation": (
        "occupation", "profession", "job", "employment", "metier", "ocupacion", "المهنه", "العمل", "အလုပ်အကိုင်",
    ),
    "person.photo": (
        "photo", "individual photo", "individuals photo", "picture", "photograph", "portrait", "photo of person",
        "foto", "صوره", "ဓာတ်ပုံ",
    ),
    "person.registered_on": (
        "registration date", "first registration date", "date of registration", "first individual registration date",
        "registered on",
    ),
    "person.pregnant": (
        "pregnant", "is pregnant", "is the individual pregnant", "pregnancy", "enceinte", "embarazada", "حامل",
        "ကိုယ်ဝန်ဆောင်",
    ),
    "person.needs": (
        "needs", "specific needs", "special needs", "vulnerabilities", "vulnerability", "besoins specifiques",
        "necesidades especificas", "الاحتياجات الخاصه",
    ),
    "person.disability.seeing": (
        "seeing disability", "difficulty seeing", "seeing", "disability seeing", "wg seeing", "vision", "voir",
    ),
    "person.disability.hearing": (
        "hearing disability", "difficulty hearing", "hearing", "disability hearing", "wg hearing", "entendre",
    ),
    "person.disability.walking": (
        "physical disability", "difficulty walking", "walking", "disability walking", "wg walking", "mobility",
        "walking disability", "marcher",
    ),
    "person.disability.remembering": (
        "memory disability", "difficulty remembering", "remembering", "memory", "cognition", "wg remembering",
        "concentrating",
    ),
    "person.disability.selfcare": (
        "selfcare disability", "difficulty with self care", "selfcare", "self care", "wg selfcare", "washing",
        "self care disability",
    ),
    "person.disability.communicating": (
        "comms disability", "difficulty communicating", "communicating", "communication", "wg communicating",
        "communication disability",
    ),
    "person.consent": ("individual consent", "person consent", "consent of person"),
    "person.notice_version": ("notice version", "privacy notice version"),
    **_document_words(),
}  # fmt: skip

_TECHNICAL = {
    UID_COLUMN: ("uuid", "submission uuid", "instance id", "meta instance id", "instanceid", "meta root uuid", "key"),
    SUBMITTED_COLUMN: (
        "submission time", "submission date", "system submission date", "submissiontime", "submitted at",
        "submitted on",
    ),
    IGNORED: (
        "start", "end", "deviceid", "device id", "subscriberid", "simserial", "simid", "imei", "phonenumber",
        "username", "formhub uuid", "version", "index", "parent index", "parent table name", "submission id",
        "submission notes", "submission tags", "submission validation status", "submission submitted by",
        "submission status", "submission version", "status", "submitted by", "validation status", "notes", "tags",
        "xform id string", "attachments", "geolocation", "audit", "starttime", "endtime", "parent key", "set of",
        "meta instance name", "meta audit", "meta deprecated id", "deprecated id", "id", "attachments present",
        "attachments expected", "collect individual data", "pdu", "row", "no", "sr no", "s no", "serial no", "sn",
    ),
}  # fmt: skip

LEXICON: dict[str, tuple[str, ...]] = {**_HOUSEHOLD, **_PERSON, **_TECHNICAL}

TECHNICAL_NAMES = frozenset(
    {
        "_id", "_uuid", "_submission__uuid", "_submission__id", "_submission_time", "_submission__submission_time",
        "_index", "_parent_index", "_parent_table_name", "_validation_status", "_submission__validation_status",
        "_notes", "_submission__notes", "_status", "_submission__status", "_submitted_by",
        "_submission__submitted_by", "__version__", "_submission____version__", "_tags", "_submission__tags",
        "_version_", "_geolocation", "_xform_id_string", "_xform_id", "start", "end", "deviceid", "subscriberid",
        "simserial", "imei", "username", "audit", "KEY", "PARENT_KEY", "SubmissionDate", "meta/instanceID",
        "meta/instanceName", "formhub/uuid", "instanceID", "deprecatedID", "instanceName", "pp_deviceid",
    }
)  # fmt: skip
"""Columns that programs write, told by their exact names: whoever collected did not ask them."""


@cache
def known_words() -> frozenset[str]:
    """Every word of the lexicon, made comparable."""
    return frozenset(normal(word) for words in LEXICON.values() for word in words)


@cache
def lexicon() -> dict[str, frozenset[str]]:
    """The lexicon by field, made comparable."""
    return {key: frozenset(normal(word) for word in words) for key, words in LEXICON.items() if key != IGNORED}
