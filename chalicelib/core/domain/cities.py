"""The cities and towns that reports tell apart, and how people write them.

A city is free text on the form. What stands in a report, and in what is published, is never what
somebody typed: a name of this list, or "other". So a report can't be blown up, spellings come
together, and nobody's address is printed. A place that comes up often belongs here; after adding
one, the days before it are counted again (docs/decisions/0071).
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from chalicelib.core.domain.synonyms import Vocabulary

_REMEMBERED: Final = 4_096
_CITIES: Final = """
Agartala: अगरतला
Agra: आगरा
Ahmedabad: amdavad, अहमदाबाद
Ahmednagar: ahilyanagar, अहमदनगर
Aizawl: आइज़ोल
Ajmer: अजमेर
Akola: अकोला
Alappuzha: alleppey
Aligarh: अलीगढ़
Alwar: अलवर
Ambala: अंबाला, अम्बाला
Ambikapur: अंबिकापुर
Amravati: अमरावती
Amritsar: अमृतसर
Anand: आणंद
Anantapur: anantapuramu
Arrah: ara bihar, आरा
Asansol: आसनसोल
Ayodhya: faizabad, अयोध्या, फैजाबाद
Azamgarh: आजमगढ़
Bahraich: बहराइच
Balasore: baleswar, बालासोर
Ballia: बलिया
Bareilly: बरेली
Bathinda: bhatinda, बठिंडा
Begusarai: बेगूसराय
Belagavi: belgaum
Bengaluru: bangalore, banglore, bengalore, बेंगलुरु, बैंगलोर, बेंगलूर, ಬೆಂಗಳೂರು
Berhampur: brahmapur
Bhagalpur: भागलपुर
Bharatpur: भरतपुर
Bhavnagar: भावनगर
Bhilai: भिलाई
Bhilwara: भीलवाड़ा
Bhopal: भोपाल
Bhubaneswar: bhubaneshwar, भुवनेश्वर
Bhuj: भुज
Bikaner: बीकानेर
Bilaspur: बिलासपुर
Bokaro: bokaro steel city, बोकारो
Bulandshahr: बुलंदशहर
Burdwan: bardhaman, purba bardhaman
Burhanpur: बुरहानपुर
Chandigarh: चंडीगढ़, mohali, panchkula
Chandrapur: चंद्रपुर
Chennai: madras, चेन्नई, சென்னை
Chhapra: छपरा
Chhindwara: छिंदवाड़ा
Coimbatore: kovai, कोयंबटूर, கோயம்புத்தூர்
Cuttack: कटक
Darbhanga: दरभंगा
Davanagere: davangere
Dehradun: dehra dun, देहरादून
Delhi: new delhi, dilli, nct of delhi, दिल्ली, नई दिल्ली
Deoghar: देवघर
Deoria: देवरिया
Dewas: देवास
Dhanbad: धनबाद
Dhule: धुले
Dibrugarh: डिब्रूगढ़
Durg: दुर्ग
Durgapur: दुर्गापुर
Erode: ईरोड
Etawah: इटावा
Faridabad: फरीदाबाद
Farrukhabad: फर्रुखाबाद
Firozabad: फिरोजाबाद
Gandhinagar: गांधीनगर
Gangtok: गंगटोक
Gaya: गया बिहार, gaya bihar
Ghaziabad: गाजियाबाद
Ghazipur: गाजीपुर
Goa: panaji, panjim, margao, vasco da gama, गोवा, पणजी
Gonda: गोंडा
Gorakhpur: गोरखपुर
Guntur: गुंटूर
Gurugram: gurgaon, गुड़गांव, गुरुग्राम
Guwahati: gauhati, गुवाहाटी
Gwalior: ग्वालियर
Haldwani: हल्द्वानी
Haridwar: hardwar, हरिद्वार
Hazaribagh: हजारीबाग
Hisar: hissar, हिसार
Hubballi: hubli, hubli dharwad, dharwad
Hyderabad: secunderabad, हैदराबाद, హైదరాబాద్
Imphal: इंफाल
Indore: इंदौर, इन्दौर
Itanagar: ईटानगर
Jabalpur: जबलपुर
Jaipur: जयपुर
Jalandhar: jullundur, जालंधर
Jalgaon: जलगांव
Jalna: जालना
Jammu: जम्मू
Jamnagar: जामनगर
Jamshedpur: tatanagar, जमशेदपुर, टाटानगर
Jaunpur: जौनपुर
Jhansi: झांसी, झाँसी
Jodhpur: जोधपुर
Junagadh: जूनागढ़
Kannur: cannanore
Kanpur: कानपुर
Karimnagar: करीमनगर
Karnal: करनाल
Katihar: कटिहार
Khammam: खम्मम
Khandwa: खंडवा
Kochi: cochin, ernakulam, कोच्चि, കൊച്ചി
Kohima: कोहिमा
Kolhapur: कोल्हापुर
Kolkata: calcutta, howrah, कोलकाता, हावड़ा, কলকাতা, হাওড়া
Kollam: quilon
Korba: कोरबा
Kota: कोटा
Kottayam: कोट्टायम
Kozhikode: calicut
Kurnool: कुरनूल
Kurukshetra: कुरुक्षेत्र
Lakhimpur: lakhimpur kheri, लखीमपुर
Latur: लातूर
Leh: ladakh, लेह
Lucknow: लखनऊ
Ludhiana: लुधियाना
Madurai: मदुरै, மதுரை
Malappuram: मलप्पुरम
Malda: maldah
Mangaluru: mangalore
Mathura: vrindavan, मथुरा
Meerut: मेरठ
Mirzapur: मिर्जापुर
Moradabad: मुरादाबाद
Motihari: मोतिहारी
Mumbai: bombay, मुंबई, मुम्बई
Muzaffarnagar: मुजफ्फरनगर
Muzaffarpur: मुजफ्फरपुर
Mysuru: mysore
Nagpur: नागपुर
Nanded: नांदेड़
Nashik: nasik, नासिक
Navi Mumbai: new bombay, kharghar, panvel, vashi, नवी मुंबई
Nellore: नेल्लोर
Nizamabad: निजामाबाद
Noida: greater noida, gautam buddha nagar, नोएडा
Palakkad: palghat
Panipat: पानीपत
Patiala: पटियाला
Patna: पटना
Prayagraj: allahabad, प्रयागराज, इलाहाबाद
Puducherry: pondicherry, पुडुचेरी
Pune: poona, pimpri, pimpri chinchwad, पुणे, पूना
Purnia: purnea, पूर्णिया
Raebareli: rae bareli, रायबरेली
Raipur: रायपुर
Rajahmundry: rajamahendravaram
Rajkot: राजकोट
Rampur: रामपुर
Ranchi: रांची, राँची
Ratlam: रतलाम
Rewa: रीवा
Rohtak: रोहतक
Rourkela: राउरकेला
Sagar: सागर
Saharanpur: सहारनपुर
Salem: सेलम
Samastipur: समस्तीपुर
Sambalpur: संबलपुर
Chhatrapati Sambhajinagar: aurangabad, sambhajinagar, औरंगाबाद
Sangli: miraj, सांगली
Satna: सतना
Shahjahanpur: शाहजहांपुर
Shillong: शिलांग
Shimla: simla, शिमला
Shivamogga: shimoga
Sikar: सीकर
Silchar: सिलचर
Siliguri: सिलीगुड़ी
Sitapur: सीतापुर
Siwan: सीवान
Solapur: sholapur, सोलापुर
Sonipat: sonepat, सोनीपत
Sri Ganganagar: ganganagar, श्रीगंगानगर
Srinagar: श्रीनगर
Sultanpur: सुल्तानपुर
Surat: सूरत
Thane: kalyan, dombivli, mira road, ठाणे
Thanjavur: tanjore
Thiruvananthapuram: trivandrum, तिरुवनंतपुरम
Thrissur: trichur
Tiruchirappalli: trichy, tiruchi
Tirunelveli: तिरुनेलवेली
Tirupati: तिरुपति
Tiruppur: tirupur
Udaipur: उदयपुर
Ujjain: उज्जैन
Vadodara: baroda, वडोदरा, बड़ौदा
Varanasi: banaras, benares, kashi, वाराणसी, बनारस, काशी
Vellore: वेल्लोर
Vidisha: विदिशा
Vijayawada: bezawada, विजयवाड़ा
Visakhapatnam: vizag, vishakhapatnam, विशाखापट्टनम
Warangal: hanamkonda, वारंगल
Yamunanagar: यमुनानगर
"""


@lru_cache(1)
def _vocabulary() -> Vocabulary:
    return Vocabulary(_CITIES)


@lru_cache(_REMEMBERED)
def city_of(text: str) -> str | None:
    """Tell the city that a text names; None where it names none of ours."""
    return _vocabulary().find(text)
