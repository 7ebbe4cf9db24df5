"""The languages that patients write, and which of them the helpline writes.

A language is told by the script, and within a script by words that only one of its languages has:
Marathi beside Hindi in Devanagari, Assamese beside Bengali, and Hindi in Latin letters
("mujhe doctor se baat karni hai") beside English.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final, TypeVar


class Language(StrEnum):
    """A language that a case may have, by its ISO 639-1 code."""

    EN = "en"
    HI = "hi"
    BN = "bn"
    TA = "ta"
    TE = "te"
    MR = "mr"
    GU = "gu"
    KN = "kn"
    ML = "ml"
    PA = "pa"
    OR = "or"
    UR = "ur"
    AS = "as"

    @property
    def own_name(self) -> str:
        """What the language is called by those who speak it, in its own script."""
        return _OWN_NAMES[self]

    @property
    def direction(self) -> str:
        """In which direction it is written: ``ltr`` or ``rtl``."""
        return "rtl" if self in _RIGHT_TO_LEFT else "ltr"


D = TypeVar("D", bound=Language | None)

COPY_LANGUAGES: Final = (Language.EN, Language.HI)

_RIGHT_TO_LEFT: Final = frozenset({Language.UR})
_OWN_NAMES: Final[Mapping[Language, str]] = MappingProxyType(
    {
        Language.EN: "English",
        Language.HI: "हिन्दी",
        Language.BN: "বাংলা",
        Language.TA: "தமிழ்",
        Language.TE: "తెలుగు",
        Language.MR: "मराठी",
        Language.GU: "ગુજરાતી",
        Language.KN: "ಕನ್ನಡ",
        Language.ML: "മലയാളം",
        Language.PA: "ਪੰਜਾਬੀ",
        Language.OR: "ଓଡ଼ିଆ",
        Language.UR: "اردو",
        Language.AS: "অসমীয়া",
    }
)

# A script is named by the language that it stands for unless words say otherwise.
_BLOCKS: Final = (
    (0x0041, 0x024F, Language.EN),
    (0x0600, 0x077F, Language.UR),
    (0x08A0, 0x08FF, Language.UR),
    (0x0900, 0x097F, Language.HI),
    (0x0980, 0x09FF, Language.BN),
    (0x0A00, 0x0A7F, Language.PA),
    (0x0A80, 0x0AFF, Language.GU),
    (0x0B00, 0x0B7F, Language.OR),
    (0x0B80, 0x0BFF, Language.TA),
    (0x0C00, 0x0C7F, Language.TE),
    (0x0C80, 0x0CFF, Language.KN),
    (0x0D00, 0x0D7F, Language.ML),
    (0x1E00, 0x1EFF, Language.EN),
    (0xA8E0, 0xA8FF, Language.HI),
)


def _lexicon(words: str) -> frozenset[str]:
    return frozenset(unicodedata.normalize("NFKC", words).split())


_ASSAMESE_LETTERS: Final = re.compile("[\u09f0\u09f1]")
_MANY_WORDS: Final = 3
_CURLY_APOSTROPHE: Final = "\N{RIGHT SINGLE QUOTATION MARK}"
_WITHIN_WORDS: Final = f"'{_CURLY_APOSTROPHE}\N{ZERO WIDTH NON-JOINER}\N{ZERO WIDTH JOINER}"

_HINDI_WORDS: Final = _lexicon(
    """
    aaj aap aapka aapke aapki aapko aaram abhi accha acha achha agar apka apke apki apna
    apne apni aur baad baat baare bahut batao bataiye bataye beti bhai bhaiya bhi bimari
    bohot bolna chahata chahate chahati chahie chahiye chahta chahte chahti dard dawa dawai
    dawaai dekhna dhanyavad dhanyawad dijiye dikhana dukhta gaya gayi ghar haan hai hain
    hamare hamari hame hamein hoga hogi hona hota hoti hua hui hum humare humari hume humein
    ilaaj ilaj jaanch jaldi kab kahan kaise kar kara karao karaye karein karen karenge karna
    karne karni karo karva karwana kaun khana kharab kijiye kiya koi kripa kripaya kripya
    kya kyo kyon kyu kyun lagta liye maa madad maine matlab mein mera mere meri milega milna
    mujhe mujhko mujko muje nahi nahin namaskar namaskaar namaste nhi paisa paise pata patni
    pati phir pitaji pita raha rahe rahi rha rhe rhi rog rogi sahayata sakta sakte salah
    samasya samay sakti shukriya iska iske iski isko isse kal kuch kuchh lekin naam rahta
    rahti sab tak usse unhe theek thik tumhara unka unke unki unko uska uske uski usko wala
    wale wali yaha yahan zaroorat jarurat zarurat zaruri jaruri hu hun hoon
    """
)
# These alone say little: an English sentence may hold one, a Hindi one holds several.
_HINDI_PARTICLES: Final = _lexicon("ka ke ki ko se par pe ne ho ji na bat ek yah ye woh")
_ENGLISH_WORDS: Final = _lexicon(
    """
    a about after again all also am an and any are as ask at back be because been before but
    by can could diagnosed do does doctor's don't for from get had has have he hello help
    her here hi him his how i i'm if in is it its just kindly know like may me mother's my
    need no not now of on opinion or our please pls second she should so some talk than
    thank thanks that the their them then there they this to treatment us want was we were
    what when where which who why will with would wish yes you your
    """
)
_MARATHI_WORDS: Final = _lexicon(
    """
    आहे आहेत आहोत आहात आम्ही आम्हाला आणि आमच्या आमचे आपण करायचे करायची करायचा
    करावे केले झाला झाली झाले झालं तुम्ही तुमच्या तुमचे त्यांना त्यांच्या त्याला
    तिला नाही नाहीत नको पाहिजे हवे हवंय हवी मला माझा माझी माझे माझं माझ्या मदत
    बोलायचे बोलायचं बोलायचंय काय कसे कधी कुठे खूप आईला वडिलांना डॉक्टरांशी
    डॉक्टरांचा डॉक्टरांना आजार त्रास सांगा द्या
    """
)
_HINDI_DEVANAGARI_WORDS: Final = _lexicon(
    """
    है हैं हूँ हूं हो था थी थे मुझे मुझको मेरा मेरी मेरे हम हमें हमारा हमारी
    हमारे आप आपका आपकी आपके आपको का के की को में से पर और नहीं क्या कब कैसे कहाँ
    कहां क्यों चाहिए चाहिये चाहता चाहती चाहते करना करनी करें करे कीजिए कीजिये कर
    रहा रही रहे गया गयी गई बात यह वह ये वे उनका उनकी उनके उन्हें उसे इसका ने भी
    माँ मां पिताजी बहुत दीजिए
    """
)


def detect_language(text: str, default: D) -> Language | D:
    """Tell in which language a text is written; ``default`` where it doesn't show.

    Each word counts for its script, and the script with most words wins; where they are even, the
    Indian script does. A text of digits alone counts by their script. Emoji, punctuation and a
    word or two of Latin letters that could be any language give ``default``.
    """
    words = _words(unicodedata.normalize("NFKC", text).casefold())
    counts = Counter(script for word in words if (script := _script(word)))
    if not counts:
        return default
    script = max(counts, key=lambda each: (counts[each], each is not Language.EN))
    own = [word for word in words if _script(word) is script]
    match script:
        case Language.EN:
            return _latin(own, default)
        case Language.HI:
            return _devanagari(own)
        case Language.BN if any(_ASSAMESE_LETTERS.search(word) for word in own):
            return Language.AS
    return script


def copy_language(code: str) -> Language:
    """Tell in which language the helpline can write to somebody whose language is ``code``."""
    return next((language for language in COPY_LANGUAGES if language == code), Language.EN)


def _latin(words: list[str], default: D) -> Language | D:
    hindi = _count(words, _HINDI_WORDS)
    english = _count(words, _ENGLISH_WORDS)
    if hindi:
        hindi += _count(words, _HINDI_PARTICLES)
    if hindi or english:
        return Language.HI if hindi >= english else Language.EN
    return Language.EN if len(words) >= _MANY_WORDS else default


def _devanagari(words: list[str]) -> Language:
    marathi = sum(word in _MARATHI_WORDS or "ळ" in word for word in words)
    return Language.MR if marathi > _count(words, _HINDI_DEVANAGARI_WORDS) else Language.HI


def _count(words: Iterable[str], among: frozenset[str]) -> int:
    return sum(word in among for word in words)


def _words(text: str) -> list[str]:
    """Split into runs of letters with their marks and joiners, and runs of digits."""
    words: list[str] = []
    word = ""
    for char in f"{text} ":
        if unicodedata.category(char)[0] in "LMN" or (word and char in _WITHIN_WORDS):
            word += "'" if char == _CURLY_APOSTROPHE else char
        elif word:
            words.append(word)
            word = ""
    return words


def _script(word: str) -> Language | None:
    """Tell the script of a word's first letter, or digit of an Indian script."""
    first = ord(word[0])
    return next((script for start, end, script in _BLOCKS if start <= first <= end), None)
