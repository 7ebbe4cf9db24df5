"""Phones as people type them."""

import contextlib
import subprocess
import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.core.domain.errors import InvalidField
from chalicelib.core.domain.phone import Phone, PhoneError, masked, parse_phone

SCRIPTS = (
    "DEVANAGARI BENGALI GURMUKHI GUJARATI ORIYA TAMIL TELUGU KANNADA MALAYALAM ARABIC-INDIC"
    " EXTENDED_ARABIC-INDIC FULLWIDTH"
)
ZEROS = [
    "0",
    *(unicodedata.lookup(f"{name.replace('_', ' ')} DIGIT ZERO") for name in SCRIPTS.split()),
]
SEPARATORS = [
    "",
    " ",
    "-",
    ".",
    "  ",
    "\u00a0",
    "\u200b",
    "\u200d",
    "\u2013",
    "\u2011",
    "\t",
    "/",
    " - ",
]
PREFIXES = [
    "",
    "0",
    "91",
    "+91",
    "0091",
    "+91 0",
    "+91 (0)",
    "091",
    "910",
    "+91 91",
    "(+91)",
    "\uff0b91",
]


@pytest.mark.parametrize(
    ("text", "e164", "is_mobile"),
    [
        ("9876543210", "+919876543210", True),
        ("98765 43210", "+919876543210", True),
        (" +91 98765-43210\n", "+919876543210", True),
        ("09876543210", "+919876543210", True),
        ("0091 9876543210", "+919876543210", True),
        ("919876543210", "+919876543210", True),
        ("+91 (0) 98765 43210", "+919876543210", True),
        ("(+91) 98765.43210", "+919876543210", True),
        ("+91 91 98765 43210", "+919876543210", True),
        ("+0 98765 43210", "+919876543210", True),
        ("९८७६५ ४३२१०", "+919876543210", True),
        ("+९१ ९८७६५-४३२१०", "+919876543210", True),
        ("۹۸۷۶۵۴۳۲۱۰", "+919876543210", True),
        ("\uff0b\uff19\uff11 98765 43210", "+919876543210", True),
        ("\u202a+91 98765 43210\u202c", "+919876543210", True),
        ("9️⃣8️⃣7️⃣6️⃣5️⃣4️⃣3️⃣2️⃣1️⃣0️⃣", "+919876543210", True),
        ("tel:+91-98765-43210", "+919876543210", True),
        ("TEL:9876543210;phone-context=+91", "+919876543210", True),
        ("9123456789", "+919123456789", True),
        ("91 91234 56789", "+919123456789", True),
        ("6291234567", "+916291234567", True),
        ("(022) 2412 3456", "+912224123456", False),
        ("22 2412 3456", "+912224123456", False),
        ("+91 22 2412 3456", "+912224123456", False),
        ("91-22-2412-3456", "+912224123456", False),
        ("011/4567 8901", "+911145678901", False),
        ("0484-2345678", "+914842345678", False),
        ("01892 222222", "+911892222222", False),
    ],
)
def test_reads_what_people_type(text, e164, is_mobile):
    phone = parse_phone(text)
    assert (phone.e164, phone.is_mobile) == (e164, is_mobile)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "required"),
        (" \u00a0\u200b\n", "required"),
        ("---", "not_a_phone"),
        ("+", "not_a_phone"),
        ("😀", "not_a_phone"),
        ("VM-HDFCBK", "not_a_phone"),
        ("AD-12345678", "not_a_phone"),
        ("98765 4321O", "not_a_phone"),
        ("98765+43210", "not_a_phone"),
        ("++919876543210", "not_a_phone"),
        ("tel:02224123456;ext=12", "not_a_phone"),
        ("9876543210\x00", "not_a_phone"),
        ("9" * 16_000, "not_a_phone"),
        ("98765", "too_short"),
        ("987654321", "too_short"),
        ("0 98765 4321", "too_short"),
        ("91 98765 4321", "too_short"),
        ("+91 98765", "too_short"),
        ("2412 3456", "too_short"),
        ("98765 432101", "too_long"),
        ("+91 98765 43210 1", "too_long"),
        ("98765 43210 / 98111 22333", "too_long"),
        ("9" * 40, "too_long"),
        ("0987654321", "too_short"),
        ("2111111111", "invalid"),
        ("+91 1111 111 111", "invalid"),
        ("0000000000", "invalid"),
        ("+1 415 555", "invalid"),
        ("+999 12345678", "invalid"),
        ("+1 415 555 2671", "foreign"),
        ("001 415 555 2671", "foreign"),
        ("+44 20 7946 0958", "foreign"),
        ("+971 50 123 4567", "foreign"),
        ("+977 984-1234567", "foreign"),
        ("100", "service_number"),
        ("112", "service_number"),
        ("1098", "service_number"),
        ("1800 123 456", "service_number"),
        ("1800 123 4567", "service_number"),
        ("0 1800 123 4567", "service_number"),
        ("+91 1800 123 4567", "service_number"),
        ("1860 500 1234", "service_number"),
        ("140 123 4567", "service_number"),
        ("1600 123 456", "service_number"),
    ],
)
def test_says_what_is_wrong(text, code):
    with pytest.raises(PhoneError) as caught:
        parse_phone(text)
    assert isinstance(caught.value, InvalidField)
    assert (caught.value.field, caught.value.field_code) == ("phone", code)


@given(
    mobile=st.from_regex(r"(?:90|94|98|99|70|72)[0-9]{8}", fullmatch=True),
    prefix=st.sampled_from(PREFIXES),
    zeros=st.lists(st.sampled_from(ZEROS), min_size=10, max_size=10),
    separators=st.lists(st.sampled_from(SEPARATORS), min_size=11, max_size=11),
    link=st.sampled_from(["", "tel:"]),
)
def test_every_dressing_of_a_mobile_is_the_same_number(mobile, prefix, zeros, separators, link):
    digits = [chr(ord(zero) + int(digit)) for zero, digit in zip(zeros, mobile, strict=True)]
    typed = link + prefix + "".join(a + b for a, b in zip(separators, [*digits, ""], strict=True))
    assert parse_phone(typed) == Phone(f"+91{mobile}")


@given(st.text() | st.text("0123456789+- ०९().", max_size=30))
def test_any_text_is_a_phone_or_a_coded_error(text):
    with contextlib.suppress(PhoneError):
        phone = parse_phone(text)
        assert parse_phone(phone.e164) == phone


def test_shows_the_last_four_digits_and_no_more():
    phone = Phone("+919876543210")
    assert phone.masked == "+91 ••••• •3210"
    assert "98765" not in f"{phone} {phone!r} {[phone]}"


@pytest.mark.parametrize(
    "e164", ["", "9876543210", "+9198765432101", "+14155552671", "+91\u0967\u0968\u0969987654"]
)
def test_holds_indian_numbers_only(e164):
    with pytest.raises(PhoneError):
        Phone(e164)


def test_importing_the_module_leaves_the_slow_library_alone():
    code = "import chalicelib.core.domain.phone, sys; sys.exit('phonenumbers' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("e164", "shown"),
    [("+919812345678", "+91 ••••• •5678"), ("", "••••"), ("98123", "••••"), ("+1 202 555", "••••")],
)
def test_a_number_is_shown_by_its_last_digits_at_the_most(e164, shown):
    assert masked(e164) == shown
