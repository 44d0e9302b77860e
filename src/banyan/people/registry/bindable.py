"""Which fields of the register a question of a form or a column of a file may feed.

The words are names of questions and columns as they stand in real files, in English, French, Spanish, Arabic and Burmese,
in small letters with spaces for underscores; recognition compares them, nothing else depends on them.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from banyan.people.forms.declarations import RegisterField, Subject

# Types of documents with a number, an issuer and dates: the codes of the list document-types.
DOCUMENT_TYPES: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "national_id": (
        _("National identity card"),
        ("national id", "national id card", "nrc", "national identity card", "id card", "cni", "carte d'identité",
         "carte nationale d'identité", "cédula", "documento de identidad", "بطاقة الهوية", "الهوية الوطنية", "မှတ်ပုံတင်",
         "နိုင်ငံသားစိစစ်ရေးကတ်"),
    ),
    "passport": (_("Passport"), ("passport", "national passport", "passeport", "pasaporte", "جواز السفر", "နိုင်ငံကူးလက်မှတ်")),
    "birth_certificate": (
        _("Birth certificate"),
        ("birth certificate", "acte de naissance", "partida de nacimiento", "شهادة الميلاد", "မွေးစာရင်း"),
    ),
    "drivers_license": (
        _("Driving licence"),
        ("drivers license", "driver's license", "driving licence", "permis de conduire", "licencia de conducir",
         "رخصة القيادة", "ယာဉ်မောင်းလိုင်စင်"),
    ),
    "electoral_card": (
        _("Voter card"), ("electoral card", "voter card", "voter id", "carte d'électeur", "credencial para votar", "بطاقة الناخب")
    ),
    "unhcr_id": (_("UNHCR number"), ("unhcr id", "unhcr number", "progres id", "numéro hcr", "acnur", "رقم المفوضية")),
    "scope_id": (_("WFP SCOPE number"), ("scope id", "wfp scope id", "scope card", "scopecard")),
    "tax_id": (
        _("Tax number"), ("tax id", "tax identification", "tin", "numéro fiscal", "nif", "rut", "الرقم الضريبي")
    ),
    "other": (_("Other document"), ("other id", "other document", "id", "autre document", "otro documento", "وثيقة أخرى")),
}  # fmt: skip

DIFFICULTIES: dict[str, tuple[str | Promise, tuple[str, ...]]] = {
    "seeing": (
        _("Difficulty seeing"), ("seeing disability", "difficulty seeing", "vision", "voir", "vue", "ver", "الرؤية", "အမြင်")
    ),
    "hearing": (
        _("Difficulty hearing"),
        ("hearing disability", "difficulty hearing", "entendre", "audition", "oír", "السمع", "အကြား"),
    ),
    "walking": (
        _("Difficulty walking or climbing steps"),
        ("physical disability", "difficulty walking", "walking", "mobility", "marcher", "caminar", "المشي", "လမ်းလျှောက်"),
    ),
    "remembering": (
        _("Difficulty remembering or concentrating"),
        ("memory disability", "remembering", "difficulty remembering", "cognition", "mémoire", "recordar", "التذكر"),
    ),
    "selfcare": (
        _("Difficulty with self-care"),
        ("selfcare disability", "self-care", "self care", "soins personnels", "cuidado personal", "العناية الذاتية"),
    ),
    "communicating": (
        _("Difficulty communicating"),
        ("comms disability", "communication", "difficulty communicating", "communiquer", "comunicarse", "التواصل"),
    ),
}  # fmt: skip


def _household(
    key: str, label: str | Promise, kind: str, *words: str, hxl: str = "", codes: str = "", data: str = ""
) -> RegisterField:
    return _field("household", key, label, kind, words, hxl, codes, data)


def _person(
    key: str, label: str | Promise, kind: str, *words: str, hxl: str = "", codes: str = "", data: str = "",
    required: bool = False,
) -> RegisterField:  # fmt: skip
    return _field("person", key, label, kind, words, hxl, codes, data, required=required)


def _field(
    subject: Subject, key: str, label: str | Promise, kind: str, words: tuple[str, ...], hxl: str, codes: str, data: str,
    *, required: bool = False,
) -> RegisterField:  # fmt: skip
    tags = tuple(hxl.split())
    return RegisterField(f"{subject}.{key}", subject, label, kind, codes, words, tags, data, required)


HOUSEHOLD = (
    _household("number", _("Household number"), "text", "household id", "household number", "household no", "hh id", "hhid",
               "group id", "family number", "case id", "numéro de ménage", "id ménage", "número de hogar", "id hogar",
               "رقم الأسرة", "အိမ်ထောင်စုအမှတ်", hxl="#household+id #household+code"),
    _household("place", _("Place (P-code)"), "place", "pcode", "p-code", "place code", "admin4", "admin3", "admin2", "admin1",
               "village", "village pcode", "ward", "camp", "site", "location", "township", "district", "localité", "commune",
               "lieu", "lugar", "municipio", "localidad", "الموقع", "القرية", "المخيم", "ကျေးရွာ", "မြို့နယ်", "စခန်း",
               hxl="#loc+code #adm4+code #adm3+code #adm2+code #adm1+code #adm+code #loc"),
    _household("address", _("Address"), "text", "address", "street", "shelter", "block", "adresse", "dirección", "العنوان",
               "လိပ်စာ", hxl="#loc+address"),
    _household("geopoint", _("Position"), "geopoint", "gps", "geopoint", "hh geopoint", "geolocation", "household location",
               "coordinates", "position gps", "ubicación", "الإحداثيات", "တည်နေရာ", hxl="#geo+coord #geo", data="gps"),
    _household("phone", _("Telephone of the household"), "phone", "household phone", "téléphone du ménage",
               "teléfono del hogar", "هاتف الأسرة", "အိမ်ဖုန်း", hxl="#contact+phone+hh", data="phone"),
    _household("registered_on", _("Registered on"), "date", "registration date", "first registration date",
               "date of registration", "date d'enregistrement", "fecha de registro", "تاريخ التسجيل", "မှတ်ပုံတင်သည့်ရက်",
               hxl="#date+registered"),
    _household("interviewer", _("Interviewer"), "text", "interviewer", "enumerator", "name enumerator", "name of enumerator",
               "enquêteur", "encuestador", "entrevistador", "الباحث", "المعدد", "စစ်တမ်းကောက်သူ", hxl="#contact+enumerator"),
    _household("interviewed_on", _("Interviewed on"), "date", "interview date", "date of interview", "today", "survey date",
               "date de l'entretien", "date d'entretien", "fecha de entrevista", "تاريخ المقابلة", "တွေ့ဆုံသည့်ရက်",
               hxl="#date+survey"),
    _household("registration_group", _("Registration group"), "text", "registration group", "group", "registration site",
               "groupe d'enregistrement", "grupo de registro", "مجموعة التسجيل", hxl="#group"),
    _household("language", _("Language of the household"), "text", "household language", "main language",
               "langue du ménage", "idioma del hogar", "لغة الأسرة", hxl="#meta+language+hh"),
    _household("size_reported", _("Size of the household as reported"), "integer", "size", "household size", "hh size",
               "number of members", "family size", "taille du ménage", "tamaño del hogar", "número de miembros",
               "حجم الأسرة", "عدد أفراد الأسرة", "မိသားစုဝင်ဦးရေ", hxl="#household+size #inneed+ind"),
    _household("consent", _("Consent of the household"), "boolean", "consent", "do you consent", "consentement",
               "consentimiento", "الموافقة", "သဘောတူညီချက်", hxl="#meta+consent"),
    _household("sharing", _("The household agrees to sharing"), "boolean", "consent to sharing", "sharing consent",
               "data sharing consent", "consent to share", "consentement au partage", "consentimiento para compartir",
               "الموافقة على المشاركة", hxl="#meta+consent+sharing"),
    _household("notice_version", _("Version of the notice given to the household"), "text", "household notice version",
               "notice version", "version of the notice", hxl="#meta+notice+hh"),
    _household("residence_status", _("Residence status"), "choice", "residence status", "displacement status",
               "population group", "statut de résidence", "estado de residencia", "حالة الإقامة", "နေထိုင်မှုအခြေအနေ",
               hxl="#affected+status #population+status", codes="residence-status"),
    _household("origin_country", _("Country of origin of the household"), "country", "country origin", "country of origin",
               "consent origin", "pays d'origine", "país de origen", "بلد المنشأ", "မူလနိုင်ငံ",
               hxl="#country+origin"),
)  # fmt: skip

NAMES = (
    _person("number", _("Number of the submitter"), "text", "individual id", "individual number", "person id", "member id",
            "index id", "registrant id", "id individu", "numéro individuel", "id de persona", "رقم الفرد", "လူပုဂ္ဂိုလ်အမှတ်",
            hxl="#affected+id #ind+id"),
    _person("full_name", _("Full name"), "name", "full name", "name", "member name", "names", "nom complet", "nom et prénom",
            "nom", "nombre completo", "nombre y apellidos", "nombre", "الاسم الكامل", "الاسم", "အမည်", "အမည်အပြည့်အစုံ",
            hxl="#affected+name #ind+name #beneficiary+name", required=True),
    _person("given_name", _("Given name"), "name", "given name", "first name", "firstname", "forename", "prénom",
            "primer nombre", "nombres", "الاسم الأول", hxl="#affected+name+first #name+given"),
    _person("middle_name", _("Middle name"), "name", "middle name", "second name", "deuxième prénom", "segundo nombre",
            "الاسم الأوسط", hxl="#affected+name+middle"),
    _person("family_name", _("Family name"), "name", "family name", "last name", "surname", "lastname", "nom de famille",
            "apellido", "apellidos", "اسم العائلة", "الكنية", hxl="#affected+name+last #name+family"),
    _person("name_original", _("Name in the original script"), "name", "name original", "original name", "local name",
            "name in local language", "name in myanmar", "name in arabic", "name burmese", "nom en langue locale",
            "nombre original", "الاسم بالعربية", "မြန်မာအမည်", hxl="#affected+name+local"),
    _person("mother_name", _("Mother's name"), "name", "mother name", "mother's name", "name of mother", "nom de la mère",
            "nombre de la madre", "اسم الأم", "အမိအမည်", "မိခင်အမည်", hxl="#affected+name+mother"),
    _person("father_name", _("Father's name"), "name", "father name", "father's name", "name of father", "nom du père",
            "nombre del padre", "اسم الأب", "အဖအမည်", "ဖခင်အမည်", hxl="#affected+name+father"),
)  # fmt: skip

IDENTITY = (
    _person("sex", _("Sex"), "choice", "sex", "gender", "sexe", "genre", "sexo", "género", "الجنس", "النوع", "ကျား/မ", "လိင်",
            hxl="#affected+sex #meta+sex #ind+sex", codes="sex"),
    _person("birth_date", _("Date of birth"), "date", "birth date", "birthdate", "date of birth", "dob", "born",
            "year of birth", "date de naissance", "fecha de nacimiento", "تاريخ الميلاد", "تاريخ الولادة", "မွေးသက္ကရာဇ်",
            "မွေးနေ့", hxl="#date+birth #affected+birth"),
    _person("age", _("Age in years"), "integer", "age", "age in years", "âge", "edad", "العمر", "အသက်",
            hxl="#affected+age #meta+age #ind+age"),
    _person("birth_date_estimated", _("Date of birth is estimated"), "boolean", "estimated birth date", "dob estimated",
            "birth date estimated", "date de naissance estimée", "fecha estimada", "تاريخ تقديري", hxl="#date+birth+estimated"),
    _person("nationality", _("Nationality"), "country", "nationality", "citizenship", "nationalité", "nacionalidad", "الجنسية",
            "နိုင်ငံသား", hxl="#country+nationality #affected+nationality"),
    _person("origin_country", _("Country of origin"), "country", "country of origin", "country origin", "pays d'origine",
            "país de origen", "بلد المنشأ", "မူလနိုင်ငံ", hxl="#country+origin"),
    _person("legal_status", _("Legal status"), "choice", "legal status", "refugee status", "statut légal", "statut juridique",
            "estatus legal", "situación legal", "الوضع القانوني", "ဥပဒေအခြေအနေ", hxl="#affected+status+legal",
            codes="legal-status"),
    _person("arrived_on", _("Arrived on"), "date", "arrival date", "date of arrival", "arrived", "date d'arrivée",
            "fecha de llegada", "تاريخ الوصول", "ရောက်ရှိသည့်ရက်", hxl="#date+arrival"),
    _person("status_decided_on", _("Legal status decided on"), "date", "status decision date", "rsd decision date",
            "date de la décision", "fecha de la decisión", "تاريخ القرار", hxl="#date+decision"),
    _person("born_in_asylum", _("Born after the family arrived"), "boolean", "born in asylum", "born in country of asylum",
            "né en exil", "nacido en el país de asilo", hxl="#affected+birth+asylum"),
    _person("photo", _("Photo"), "photo", "photo", "picture", "individual photo", "portrait", "foto", "الصورة", "ဓာတ်ပုံ",
            hxl="#affected+photo", data="photo"),
    _person("photo_taken_on", _("Photo taken on"), "date", "photo date", "date of photo", "date de la photo",
            "fecha de la foto", hxl="#date+photo"),
    _person("biometric_status", _("Biometrics: taken, or why not"), "choice", "biometric status", "biometrics status",
            "biometric exemption", "statut biométrique", "estado biométrico", hxl="#affected+biometrics+status",
            codes="biometric-status"),
    _person("registered_on", _("Registered on"), "date", "individual registration date", "first registration date",
            "registration date", "date d'enregistrement", "fecha de registro", "تاريخ التسجيل", hxl="#date+registered+ind"),
)  # fmt: skip

IN_HOUSEHOLD = (
    _person("relationship", _("Relationship to the head"), "choice", "relationship", "relationship to head",
            "relation to head", "relation", "lien de parenté", "lien avec le chef", "parentesco", "relación con el jefe",
            "صلة القرابة", "العلاقة برب الأسرة", "တော်စပ်ပုံ", hxl="#affected+relationship", codes="relationship"),
    _person("said", _("Relationship in their own words"), "text", "relationship in own words", "relationship as said",
            "other relationship", "autre lien de parenté", "otro parentesco", hxl="#affected+relationship+text"),
    _person("is_head", _("Head of the household"), "boolean", "head of household", "is head", "hoh", "household head",
            "chef de ménage", "jefe de hogar", "رب الأسرة", "အိမ်ထောင်ဦးစီး", hxl="#affected+head"),
    _person("is_collector", _("Collects for the household"), "boolean", "collector", "primary collector",
            "primary collector id", "collecteur principal", "receptor principal", "المستلم", hxl="#affected+collector"),
    _person("is_alternate", _("May collect instead"), "boolean", "alternate", "alternate collector",
            "alternate collector id", "collecteur suppléant", "receptor alterno", "المستلم البديل",
            hxl="#affected+collector+alternate"),
    _person("marital_status", _("Marital status"), "choice", "marital status", "civil status", "état civil",
            "situation matrimoniale", "estado civil", "الحالة الاجتماعية", "အိမ်ထောင်ရေးအခြေအနေ", hxl="#affected+marital",
            codes="marital-status"),
)  # fmt: skip

CONTACT = (
    _person("place", _("Place of the person (P-code)"), "place", "individual place", "place of residence", "current location",
            "admin area of person", "lieu de résidence", "lugar de residencia", "مكان الإقامة", "နေရပ်",
            hxl="#loc+code+ind"),
    _person("address", _("Address of the person"), "text", "individual address", "home address", "address", "adresse",
            "dirección", "العنوان", "လိပ်စာ", hxl="#loc+address+ind"),
    _person("phone", _("Telephone"), "phone", "phone", "phone no", "phone number", "phone number 1", "telephone", "mobile",
            "contact number", "téléphone", "numéro de téléphone", "teléfono", "celular", "الهاتف", "رقم الهاتف", "ဖုန်း",
            "ဖုန်းနံပါတ်", hxl="#contact+phone", data="phone"),
    _person("phone_2", _("Second telephone"), "phone", "phone no alternative", "alternative phone", "phone number 2",
            "alternative phone number", "second phone", "autre téléphone", "otro teléfono", "هاتف آخر",
            hxl="#contact+phone+alt", data="phone"),
    _person("email", _("E-mail"), "email", "email", "e-mail", "email address", "courriel", "correo", "البريد الإلكتروني",
            "အီးမေးလ်", hxl="#contact+email"),
    _person("language", _("Language"), "text", "preferred language", "language", "mother tongue", "langue",
            "langue préférée", "idioma", "اللغة", "ဘာသာစကား", hxl="#meta+language"),
    _person("contact_preference", _("Preferred way of contact"), "choice", "preferred contact", "contact preference",
            "moyen de contact préféré", "contacto preferido", "وسيلة الاتصال المفضلة", hxl="#contact+preference",
            codes="contact-preference"),
    _person("education", _("Education"), "choice", "education", "education level", "highest level of education",
            "niveau d'éducation", "niveau d'études", "nivel educativo", "educación", "المستوى التعليمي", "ပညာအရည်အချင်း",
            hxl="#affected+education", codes="education"),
    _person("occupation", _("Occupation"), "text", "occupation", "profession", "job", "livelihood", "métier", "ocupación",
            "المهنة", "အလုပ်အကိုင်", hxl="#affected+occupation"),
)  # fmt: skip

PROTECTION = (
    _person("pregnant", _("Pregnant"), "boolean", "pregnant", "is pregnant", "enceinte", "embarazada", "حامل", "ကိုယ်ဝန်ဆောင်",
            hxl="#affected+pregnant", data="health"),
    _person("needs", _("Specific needs"), "choices", "specific needs", "special needs", "vulnerabilities", "vulnerability",
            "protection needs", "besoins spécifiques", "necesidades específicas", "الاحتياجات الخاصة", "အထူးလိုအပ်ချက်",
            hxl="#affected+needs", codes="specific-needs", data="health"),
    _person("needs_screened", _("Asked about specific needs"), "boolean", "needs screened", "specific needs screened",
            "screened for specific needs", "vulnerability screening", "dépistage des besoins", hxl="#affected+needs+screened"),
    *(
        _person(f"disability.{domain}", label, "choice", *words, hxl=f"#affected+difficulty+{domain}",
                codes="functioning-difficulty", data="disability")
        for domain, (label, words) in DIFFICULTIES.items()
    ),
    _person("consent", _("Consent of the person"), "boolean", "individual consent", "consent of person", "consent",
            "consentement", "consentimiento", "الموافقة", hxl="#meta+consent+ind"),
    _person("sharing", _("The person agrees to sharing"), "boolean", "individual consent to sharing",
            "individual sharing consent", hxl="#meta+consent+sharing+ind"),
    _person("notice_version", _("Version of the notice given"), "text", "notice version", "consent version",
            "privacy notice", "version de la notice", "versión del aviso", hxl="#meta+notice"),
)  # fmt: skip


def _document(code: str, label: str | Promise, words: tuple[str, ...]) -> tuple[RegisterField, ...]:
    """The four fields of one type of document."""

    def named(part: str, title: str | Promise, kind: str, endings: tuple[str, ...]) -> RegisterField:
        spelled = tuple(f"{word} {ending}".strip() for word in words for ending in endings)
        return _person(
            f"document.{code}.{part}", title, kind, *spelled, hxl=f"#affected+doc+{code}+{part}", data="document"
        )

    return (
        named("number", label, "document", ("", "no", "number", "num", "numéro", "número", "رقم", "နံပါတ်")),
        named("issuer", _Said(_("{document}: issued by"), label), "text", ("issuer", "issued by", "issuing country")),
        named("issued_on", _Said(_("{document}: issued on"), label), "date", ("issue date", "issued on", "date of issue")),
        named("expires_on", _Said(_("{document}: expires on"), label), "date", ("expiry date", "expires on", "expiry")),
    )  # fmt: skip


class _Said(Promise):
    """A translatable text with the name of a document in it."""

    def __init__(self, text: str | Promise, document: str | Promise) -> None:
        self.text, self.document = text, document

    def __str__(self) -> str:
        return str(self.text).format(document=self.document)


DOCUMENTS = tuple(field for code, (label, words) in DOCUMENT_TYPES.items() for field in _document(code, label, words))

FIELDS = (*HOUSEHOLD, *NAMES, *IDENTITY, *IN_HOUSEHOLD, *CONTACT, *PROTECTION, *DOCUMENTS)
