"""The registration form of the demo, as somebody would author it in Excel: three languages, a repeat for the members."""

import io
from typing import Any

import xlsxwriter

TITLE = "Household registration"
FORM_ID = "household_registration"
_SURVEY_HEAD = ("type", "name", "label::English (en)", "label::မြန်မာ (my)", "label::العربية (ar)", "required", "relevant",
                "constraint", "constraint_message::English (en)", "appearance")  # fmt: skip
PCODE = r"regex(., '^MMR[0-9]{3}([0-9]{3}([0-9]{3})?)?$|^[0-9]{6}$|^MMR[0-9A-Z]{3,15}$')"
SURVEY: list[tuple[str, ...]] = [
    ("start", "start"),
    ("end", "end"),
    ("deviceid", "deviceid"),
    ("begin_group", "interview", "Interview", "တွေ့ဆုံမေးမြန်းခြင်း", "المقابلة"),
    ("text", "interviewer", "Who interviews", "မေးမြန်းသူ", "من يجري المقابلة", "yes"),
    ("date", "interviewed_on", "Date of the interview", "မေးမြန်းသည့်ရက်", "تاريخ المقابلة", "yes"),
    ("text", "notice_version", "Version of the notice read out", "ဖတ်ပြသည့် အသိပေးချက်", "نسخة الإشعار الذي قُرئ"),
    ("select_one yes_no", "consent", "Does the household agree to be registered?", "မှတ်ပုံတင်ရန် သဘောတူပါသလား",
     "هل توافق الأسرة على التسجيل؟", "yes"),
    ("select_one yes_no", "sharing_consent", "May the data be shared with other organisations that give aid?",
     "အခြားအဖွဲ့အစည်းများနှင့် မျှဝေနိုင်ပါသလား", "هل تجوز مشاركة البيانات مع منظمات أخرى؟"),
    ("end_group", ""),
    ("begin_group", "household", "Household", "အိမ်ထောင်စု", "الأسرة"),
    ("text", "household_number", "Household number", "အိမ်ထောင်စုအမှတ်", "رقم الأسرة", "yes"),
    ("text", "place_pcode", "P-code of the place where it lives", "နေထိုင်ရာ P-code", "رمز المكان", "yes", "", PCODE,
     "A P-code begins with MMR, or has six digits for a village."),
    ("text", "address", "Address", "လိပ်စာ", "العنوان"),
    ("select_one water", "water_source", "Where does the household get its water?", "ရေရရှိရာ", "مصدر المياه"),
    ("select_one shelter", "shelter", "Where does the household live?", "နေထိုင်ရာ", "المأوى"),
    ("integer", "household_size", "How many people live in the household?", "လူဦးရေ", "عدد أفراد الأسرة", "", "",
     ". >= 1 and . <= 40", "Between 1 and 40."),
    ("end_group", ""),
    ("begin_repeat", "member", "Member of the household", "အိမ်ထောင်စုဝင်", "فرد من الأسرة"),
    ("text", "full_name", "Name in Latin letters", "အမည် (အင်္ဂလိပ်)", "الاسم بالحروف اللاتينية", "yes"),
    ("text", "name_original", "Name in own script", "အမည် (မိခင်ဘာသာ)", "الاسم بالكتابة الأصلية"),
    ("select_one relationship", "relationship", "Relationship to the head", "အိမ်ထောင်ဦးစီးနှင့် တော်စပ်ပုံ",
     "صلة القرابة برب الأسرة", "yes"),
    ("select_one sex", "sex", "Sex", "ကျား/မ", "الجنس", "yes"),
    ("date", "birth_date", "Date of birth", "မွေးသက္ကရာဇ်", "تاريخ الميلاد"),
    ("integer", "age", "Age, if the date of birth is not known", "အသက်", "العمر", "", "${birth_date} = ''",
     ". >= 0 and . <= 110", "Between 0 and 110."),
    ("select_one marital", "marital_status", "Marital status", "အိမ်ထောင်ရေးအခြေအနေ", "الحالة الاجتماعية"),
    ("select_one legal_status", "legal_status", "Legal status", "တရားဝင်အခြေအနေ", "الوضع القانوني"),
    ("text", "nationality", "Nationality (three letters)", "နိုင်ငံသား", "الجنسية"),
    ("text", "origin_country", "Country of origin (three letters)", "မူလနိုင်ငံ", "بلد المنشأ"),
    ("date", "arrived_on", "Arrived here on", "ရောက်ရှိသည့်ရက်", "تاريخ الوصول"),
    ("select_one yes_no", "born_in_asylum", "Born after the family arrived?", "မိသားစုရောက်ပြီးမှ မွေးပါသလား", "هل وُلد بعد وصول الأسرة؟"),
    ("text", "national_id_number", "Number of the national identity card", "မှတ်ပုံတင်အမှတ်", "رقم الهوية الوطنية"),
    ("text", "birth_certificate_number", "Number of the birth certificate", "မွေးစာရင်းအမှတ်", "رقم شهادة الميلاد"),
    ("text", "phone", "Telephone", "ဖုန်း", "الهاتف"),
    ("select_one yes_no", "collector", "May this person collect for the household?", "ထုတ်ယူခွင့်ရှိပါသလား",
     "هل يستلم هذا الشخص عن الأسرة؟"),
    ("select_one yes_no", "pregnant", "Is she pregnant?", "ကိုယ်ဝန်ရှိပါသလား", "هل هي حامل؟", "", "${sex} = 'female'"),
    ("select_one yes_no", "needs_screened", "Asked about specific needs?", "အထူးလိုအပ်ချက် မေးပြီးပါပြီလား", "هل سُئل عن الاحتياجات الخاصة؟"),
    ("select_multiple needs", "specific_needs", "Specific needs", "အထူးလိုအပ်ချက်", "احتياجات خاصة"),
    *(("select_one difficulty", f"difficulty_{word}", f"Difficulty {text}", burmese, arabic) for word, text, burmese, arabic in (
        ("seeing", "seeing", "အမြင်အခက်အခဲ", "صعوبة في الرؤية"),
        ("hearing", "hearing", "အကြားအခက်အခဲ", "صعوبة في السمع"),
        ("walking", "walking or climbing steps", "လမ်းလျှောက်ရန်အခက်အခဲ", "صعوبة في المشي"),
        ("remembering", "remembering or concentrating", "မှတ်မိရန်အခက်အခဲ", "صعوبة في التذكر"),
        ("selfcare", "with self-care", "ကိုယ်ပိုင်စောင့်ရှောက်မှုအခက်အခဲ", "صعوبة في العناية بالنفس"),
        ("communicating", "communicating", "ဆက်သွယ်ရန်အခက်အခဲ", "صعوبة في التواصل"),
    )),
    ("select_one schooling", "education", "Highest education", "ပညာအရည်အချင်း", "أعلى مستوى تعليمي"),
    ("text", "occupation", "Occupation", "အလုပ်အကိုင်", "المهنة", "", "${age} >= 15 or ${birth_date} != ''"),
    ("end_repeat", ""),
]  # fmt: skip
CHOICES: dict[str, list[tuple[str, str, str, str]]] = {
    "yes_no": [("yes", "Yes", "ဟုတ်ကဲ့", "نعم"), ("no", "No", "မဟုတ်ပါ", "لا")],
    "sex": [("female", "Female", "မ", "أنثى"), ("male", "Male", "ကျား", "ذكر")],
    "relationship": [
        ("head", "Head", "အိမ်ထောင်ဦးစီး", "رب الأسرة"), ("spouse", "Spouse", "အိမ်ထောင်ဖက်", "الزوج أو الزوجة"),
        ("child", "Child", "သားသမီး", "ابن أو ابنة"), ("parent", "Parent", "မိဘ", "أحد الوالدين"),
        ("sibling", "Brother or sister", "မောင်နှမ", "أخ أو أخت"), ("other_relative", "Other relative", "ဆွေမျိုး", "قريب آخر"),
    ],
    "marital": [
        ("single", "Single", "လူလွတ်", "أعزب"), ("married", "Married", "အိမ်ထောင်ရှိ", "متزوج"),
        ("widowed", "Widowed", "မုဆိုး", "أرمل"), ("divorced", "Divorced", "ကွာရှင်း", "مطلق"),
        ("separated", "Separated", "ခွဲနေ", "منفصل"),
    ],
    "legal_status": [
        ("internally-displaced", "Internally displaced", "ပြည်တွင်းနေရပ်စွန့်ခွာသူ", "نازح داخليا"),
        ("citizen", "Citizen, not displaced", "နိုင်ငံသား", "مواطن"),
        ("returnee", "Returnee", "ပြန်လာသူ", "عائد"), ("refugee", "Refugee", "ဒုက္ခသည်", "لاجئ"),
        ("stateless", "Stateless", "နိုင်ငံမဲ့", "عديم الجنسية"),
    ],
    "needs": [
        ("woman-at-risk", "Woman at risk", "အန္တရာယ်ရှိအမျိုးသမီး", "امرأة معرضة للخطر"),
        ("older-at-risk", "Older person at risk", "သက်ကြီးရွယ်အို", "مسن معرض للخطر"),
        ("serious-medical", "Serious medical condition", "ကျန်းမာရေးပြင်းထန်", "حالة طبية خطيرة"),
        ("child-at-risk", "Child at risk", "အန္တရာယ်ရှိကလေး", "طفل معرض للخطر"),
    ],
    "difficulty": [
        ("none", "No difficulty", "မရှိ", "لا صعوبة"), ("some", "Some difficulty", "အနည်းငယ်", "بعض الصعوبة"),
        ("a_lot", "A lot of difficulty", "များစွာ", "صعوبة كبيرة"), ("cannot", "Cannot do at all", "လုံးဝမရ", "لا يستطيع إطلاقا"),
    ],
    "schooling": [
        ("none", "None", "မရှိ", "لا شيء"), ("primary", "Primary", "မူလတန်း", "ابتدائي"),
        ("lower-secondary", "Lower secondary", "အလယ်တန်း", "إعدادي"), ("upper-secondary", "Upper secondary", "အထက်တန်း", "ثانوي"),
        ("tertiary", "College or university", "တက္ကသိုလ်", "جامعي"),
    ],
    "water": [
        ("piped", "Piped", "ပိုက်ရေ", "شبكة"), ("borehole", "Borehole", "စက်ရေတွင်း", "بئر ارتوازي"),
        ("protected_well", "Protected well", "ရေတွင်း", "بئر محمي"), ("river", "River or pond", "မြစ်/ကန်", "نهر أو بركة"),
        ("trucked", "Brought by truck", "ရေကား", "صهريج"),
    ],
    "shelter": [
        ("own_house", "Own house", "ကိုယ်ပိုင်အိမ်", "بيت خاص"), ("rented", "Rented", "ငှားရမ်း", "مستأجر"),
        ("hosted", "With a host family", "အိမ်ရှင်နှင့်", "لدى أسرة مضيفة"), ("camp", "Camp", "စခန်း", "مخيم"),
        ("monastery", "Monastery or school", "ဘုန်းကြီးကျောင်း", "دير أو مدرسة"), ("open_air", "Open air", "လွင်ပြင်", "العراء"),
    ],
}  # fmt: skip


def workbook() -> bytes:
    """The form as an XLSX file."""
    rows: list[tuple[Any, ...]] = [("list_name", "name", *_SURVEY_HEAD[2:5])]
    rows += [(listing, *choice) for listing, choices in CHOICES.items() for choice in choices]
    settings = [("form_title", "form_id", "version", "default_language"), (TITLE, FORM_ID, "2026-1", "English (en)")]
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False})
    for name, lines in (("survey", [_SURVEY_HEAD, *SURVEY]), ("choices", rows), ("settings", settings)):
        sheet = book.add_worksheet(name)
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
    book.close()
    return buffer.getvalue()
