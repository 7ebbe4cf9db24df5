"""What to keep at hand for the call: the reports first, then what fits the answers; never long."""

from __future__ import annotations

from typing import Final

from chalicelib.cases.domain.case import Case
from chalicelib.core.i18n import N_

REPORTS: Final = N_("Your reports: biopsy, scans, blood tests")
MEDICINES: Final = N_("The list of medicines and treatments so far")
PRESCRIPTIONS: Final = N_("Prescriptions, discharge papers, and the plan of treatment")
SLIDES: Final = N_("The first biopsy report, and where the slides or blocks are kept")
ESTIMATE: Final = N_("The hospital's estimate of the cost, and your health card or insurance")
PATIENT_NEAR: Final = N_("The patient beside you, if they want to talk")
QUESTIONS: Final = N_("Your questions, written down, and a pen")
QUIET: Final = N_("A quiet place, and a charged phone")
CAMERA: Final = N_("A charged phone with a camera, light on your face, a good connection")

ALWAYS: Final = (REPORTS, MEDICINES, QUESTIONS, QUIET)


def to_keep_ready(case: Case, *, by_video: bool) -> tuple[str, ...]:
    """List what this patient should keep at hand, in the words of the code."""
    told = case.answers
    in_treatment = {"treatment_doubt", "not_improving"} & set(told.reasons)
    return (
        REPORTS,
        *((SLIDES,) if "diagnosis_doubt" in told.reasons else ()),
        PRESCRIPTIONS if in_treatment else MEDICINES,
        *((ESTIMATE,) if "cost" in told.reasons else ()),
        QUESTIONS,
        *((PATIENT_NEAR,) if told.asking_for == "other" else ()),
        CAMERA if by_video else QUIET,
    )
