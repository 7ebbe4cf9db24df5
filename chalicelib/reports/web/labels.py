"""The words of reports: dimensions, groups and outcomes, in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from chalicelib.cases.domain.questionnaire import NOT_TOLD, Grouping
from chalicelib.core.i18n import N_, Labels, translator
from chalicelib.core.web.language_names import say_languages
from chalicelib.reports.domain.report import Group
from chalicelib.reports.domain.tally import (
    CHANNEL,
    COUNTED,
    LANGUAGE,
    OTHER,
    Dimension,
    Outcome,
)

_IN_HOURS: Final = 120
DIMENSION_LABELS: Final[Labels] = {
    **{name: question.dimension_label for name, question in COUNTED.items()},
    LANGUAGE: N_("Language"),
    CHANNEL: N_("How they asked"),
}
OUTCOME_LABELS: Final[Labels] = {
    Outcome.OPEN: N_("Still waiting"),
    Outcome.ANSWERED: N_("Spoken with"),
    Outcome.UNREACHABLE: N_("Not reached"),
    Outcome.WRONG_NUMBER: N_("Wrong number"),
    Outcome.EXPIRED: N_("Never called in time"),
    Outcome.CANCELLED: N_("Cancelled by patient"),
    Outcome.ABUSIVE: N_("Abusive"),
    Outcome.DUPLICATE: N_("Asked twice"),
    Outcome.ERASED: N_("Erased"),
}
_CHANNELS: Final[Mapping[str, str]] = {
    "web": N_("Web page"),
    "api": N_("Other programs"),
    "sms": N_("SMS"),
    "missed_call": N_("Missed call"),
}
_ANYWHERE: Final[Mapping[str, str]] = {NOT_TOLD: N_("Not told"), OTHER: N_("Other")}
# The groups of a choice are called as its options are.
_GROUPS: Final[Mapping[Grouping, Mapping[str, str]]] = {
    Grouping.DECADES: {
        "under_40": N_("Under 40"),
        "40_to_49": N_("40 to 49"),
        "50_to_59": N_("50 to 59"),
        "60_to_69": N_("60 to 69"),
        "70_and_over": N_("70 and over"),
    },
    Grouping.SITES: {
        "breast": N_("Breast"),
        "mouth": N_("Mouth"),
        "throat": N_("Throat"),
        "head_and_neck": N_("Head and neck"),
        "thyroid": N_("Thyroid"),
        "lung": N_("Lung"),
        "oesophagus": N_("Food pipe"),
        "stomach": N_("Stomach"),
        "colon_and_rectum": N_("Bowel"),
        "liver": N_("Liver"),
        "gall_bladder": N_("Gall bladder"),
        "pancreas": N_("Pancreas"),
        "kidney": N_("Kidney"),
        "bladder": N_("Bladder"),
        "prostate": N_("Prostate"),
        "testis": N_("Testis"),
        "penis": N_("Penis"),
        "cervix": N_("Cervix"),
        "uterus": N_("Womb"),
        "ovary": N_("Ovary"),
        "vulva_and_vagina": N_("Vulva and vagina"),
        "blood": N_("Blood"),
        "lymphoma": N_("Lymph nodes"),
        "myeloma": N_("Bone marrow"),
        "brain": N_("Brain"),
        "bone": N_("Bone"),
        "soft_tissue": N_("Soft tissue"),
        "skin": N_("Skin"),
        "eye": N_("Eye"),
        "unknown_primary": N_("Origin not known"),
    },
}


def say_minutes(minutes: int | None, language: str) -> str | None:
    """Say how long somebody waited: in hours, where minutes say nothing any more."""
    if minutes is None:
        return None
    say = translator(language).gettext
    if minutes < _IN_HOURS:
        return say(N_("%(count)s min")) % {"count": minutes}
    hours = f"{minutes / 60:.1f}".removesuffix(".0")
    return say(N_("%(count)s h")) % {"count": hours}


def say_group(dimension: Dimension, group: Group, language: str) -> str:
    """Say a group's name; a city is called what it is called."""
    if dimension == LANGUAGE:
        return say_languages([group.name], language)
    text = _known(dimension, group.name) or _ANYWHERE.get(group.name)
    return translator(language).gettext(text) if text else group.name


def _known(dimension: Dimension, group: str) -> str | None:
    if dimension == CHANNEL:
        return _CHANNELS.get(group)
    question = COUNTED[dimension]
    if question.groups and question.groups in _GROUPS:
        return _GROUPS[question.groups].get(group)
    option = question.option(group)
    return option.brief or option.label
