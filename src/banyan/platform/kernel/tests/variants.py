"""Spellings of one name, as registration lists really show them: the measure of the keys' recall.

A line is one name. The groups were collected for these tests from common knowledge of romanisation habits
(Egyptian g, Maghrebi French, Persian and Turkish, Urdu and Bengali, Somali Latin, Myanmar's papers); no list of
persons was used.
"""

ARABIC = """
محمد | Mohammed | Muhammad | Mohamed | Mohamad | Muhamed | Mohammad | Md. | Maxamed
أحمد | Ahmed | Ahmad | Ahmet | Axmed | احمد
حسين | Hussein | Husain | Hossein | Hussain | Hussien | Hüseyin | Xuseen
حسن | Hassan | Hasan | Xasan
علي | Ali | Aly | Cali | على
فاطمة | Fatima | Fatimah | Fatma | Fatemeh | Faadumo | فاطمه
خديجة | Khadija | Khadijah | Khadeeja | Hadija | Hatice
عائشة | Aisha | Ayesha | Aysha | Aicha | Ayşe | Caasha
عمر | Omar | Umar | Omer | Cumar | Ömer
عثمان | Othman | Osman | Uthman | Usman | Cismaan
يوسف | Yusuf | Youssef | Yousif | Yousuf | Yusef
إبراهيم | Ibrahim | Ebrahim | Ibraheem | İbrahim | ابراهيم
إسماعيل | Ismail | Ismael | Esmail | Ismaeel | Ismaciil
جمال | Jamal | Gamal | Djamal | Cemal | Jamaal
جعفر | Jafar | Jaafar | Ja'far | Gaafar | Cafer
قاسم | Qasim | Kassem | Kasim | Gasim | Ghasem | Qaasim
طارق | Tariq | Tarek | Tarik | Tareq
زينب | Zainab | Zaynab | Zeinab | Zeynep | Zaineb
مريم | Maryam | Mariam | Meryem | Maryan
نور | Nur | Noor | Nour
سعيد | Said | Saeed | Saïd | Sa'id | Siciid
صلاح | Salah | Saleh | Salaah
شريف | Sharif | Shareef | Cherif | Şerif | Chérif
خالد | Khalid | Khaled | Halid | Khaalid
حمزة | Hamza | Hamzah | Hamsa | Xamse
عبد الرحمن | Abdul Rahman | Abdurrahman | Abdel Rahman | Abd al-Rahman | Abdirahman | Abderrahmane | عبدالرحمن
عبد الله | Abdullah | Abdallah | Abdulla | Abdullahi | عبدالله
عبد العزيز | Abdul Aziz | Abdulaziz | Abdelaziz | Abdel-Aziz | عبدالعزيز
عبد القادر | Abdul Qadir | Abdelkader | Abdulkadir | Abdiqadir | عبدالقادر
عبد السلام | Abdus Salam | Abdessalam | Abdul Salam | Abdulsalam
رضا | Reza | Rida | Riza | Redha
ذو الفقار | Zulfiqar | Zulfikar | Dhulfiqar | ذوالفقار
غلام | Ghulam | Gulam | Golam
لطيفة | Latifa | Latifah | Lateefa
بشير | Bashir | Basheer | Bechir | Bachir
كريم | Karim | Kareem | Kerim
منصور | Mansour | Mansur | Mansoor
نبيل | Nabil | Nabeel
وليد | Walid | Waleed | Oualid
هدى | Huda | Hoda | Houda
"""

BURMESE = """
အောင်ဆန်းစုကြည် | Aung San Suu Kyi | Aung San Su Kyi | AungSan SuuKyi | Daw Aung San Suu Kyi | ဒေါ်အောင်ဆန်းစုကြည်
ဦးသန့် | U Thant | Thant | သန့်
သူဇာ | Thuzar | Thu Zar | Thuza
ခင်ညွန့် | Khin Nyunt | Khin Nyunt. | KHIN NYUNT
မောင်အေး | Maung Aye | Mg Aye
ကျော်သူ | Kyaw Thu | Kyaw Thuu
ထွန်းထွန်းမြင့် | Htun Htun Myint | Tun Tun Myint | Htun Htun Myin
ရွှေမန်း | Shwe Mann | Shwe Man
မာလာဝင်း | Marlar Win | Mala Win | Ma Mar Lar Win
ဇာနည်အောင် | Zarni Aung | Zar Ni Aung | Zarny Aung
စိုင်းခမ်း | Sai Kham | Sai Kam | Saing Kham
နန်းခမ်း | Nang Kham | Nan Kham | Nan Khan
စောထူး | Saw Htoo | Saw Tu | Saw Htu
နော်ဖော | Naw Phaw | Naw Paw | Naw Hpaw
ရဲထွဋ် | Ye Htut | Yea Htut
လှိုင်မင်း | Hlaing Min | Laing Min | Hlaing Minn
ဖြိုးဝေအောင် | Phyo Wai Aung | Phyoe Way Aung | Pyo Wai Aung
နီလာသိန်း | Nilar Thein | Ni Lar Thein | Nila Thein
သီတာ | Thida | Thidar | Thi Dar
ခိုင်ဇာ | Khaing Zar | Khine Zar | Khaing Za
"""

OTHER = """
Иван Петров | Ivan Petrov | Iwan Petrow
Олена Шевченко | Olena Shevchenko | Olena Schewtschenko
Ñuñez | Nunez | Núñez
François | Francois | FRANÇOIS
O'Brien | OBrien | O’Brien | Obrien
মোহাম্মদ | Mohammod | Mohammad
Tesfaye | Tesfay | Tesfaay
"""


def groups(table):
    """Lists of spellings, one per line of the table."""
    return [[spelling.strip() for spelling in line.split("|")] for line in table.strip().splitlines()]
