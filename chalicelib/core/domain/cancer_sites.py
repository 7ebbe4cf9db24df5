"""The sites of cancer that reports tell apart, and how people write them."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from chalicelib.core.domain.synonyms import Vocabulary

_REMEMBERED: Final = 4_096
_SITES: Final = """
breast: breasts, stan, स्तन, ब्रेस्ट, छाती की गांठ, chest lump
mouth: oral, oral cavity, tongue, cheek, buccal mucosa, lip, gum, jaw, मुंह, मुँह, मुख, जीभ, गाल, munh
throat: tonsil, larynx, pharynx, hypopharynx, oropharynx, voice box, nasopharynx, गला, गले, gala
head_and_neck: head and neck, neck, salivary, parotid, nose, sinus
thyroid: थायराइड, thyriod
lung: lungs, bronchus, pleura, mesothelioma, फेफड़ा, फेफड़े, फेफड़ों, phephda, fefda
oesophagus: esophagus, oesophageal, esophageal, food pipe, foodpipe, भोजन नली, खाने की नली, आहार नली
stomach: gastric, पेट, आमाशय
colon_and_rectum: colon, rectum, colorectal, rectal, bowel, intestine, anal, आंत, आँत, मलाशय
liver: hepatic, hepatocellular, hcc, यकृत, लिवर, jigar, जिगर
gall_bladder: gallbladder, gall bladder, bile duct, cholangiocarcinoma, पित्ताशय, पित्त की थैली
pancreas: pancreatic, अग्न्याशय
kidney: renal, गुर्दा, गुर्दे, किडनी
bladder: urinary bladder, मूत्राशय
prostate: प्रोस्टेट
testis: testicle, testicular, अंडकोष
penis: penile
cervix: cervical, uterine cervix, बच्चेदानी का मुंह, बच्चेदानी का मुँह, गर्भाशय ग्रीवा
uterus: endometrium, endometrial, womb, बच्चेदानी, गर्भाशय
ovary: ovarian, ovaries, अंडाशय
vulva_and_vagina: vulva, vagina, vaginal
blood: leukemia, leukaemia, aml, all leukemia, cml, cll, blood cancer, रक्त, खून, ल्यूकेमिया, ब्लड, khoon
lymphoma: hodgkin, hodgkins, non hodgkin, non hodgkins, nhl, lymph node, lymph nodes, लिम्फोमा
myeloma: multiple myeloma, मायलोमा
brain: glioma, glioblastoma, gbm, brain tumour, brain tumor, spine, spinal cord, दिमाग, मस्तिष्क, ब्रेन
bone: osteosarcoma, ewing, ewings, हड्डी, haddi
soft_tissue: sarcoma, soft tissue
skin: melanoma, त्वचा, चमड़ी
eye: retinoblastoma, आंख, आँख
unknown_primary: unknown primary
"""


@lru_cache(1)
def _vocabulary() -> Vocabulary:
    return Vocabulary(_SITES)


@lru_cache(_REMEMBERED)
def site_of(text: str) -> str | None:
    """Tell the site that a text names; None where it names none of ours."""
    return _vocabulary().find(text)
