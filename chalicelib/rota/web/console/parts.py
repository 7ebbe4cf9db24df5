"""What the console's pages of the rota share."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from chalice.app import Response

from chalicelib.core.web.console_forms import Form, Problems, did
from chalicelib.core.web.rendering import render
from chalicelib.core.web.request import WebRequest
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.web.schemas.rota_forms import whole
from chalicelib.rota.wiring import Rota


def form_page(
    request: WebRequest,
    template: str,
    problems: Problems = (),
    status: int = HTTPStatus.OK,
    **values: Any,  # noqa: ANN401  # whatever the template shows
) -> Response:
    """Render a page that has a form, with what is wrong in it and what was just done."""
    wrong = dict(reversed(problems))
    return render(
        request, template, status, did=did(request), problems=problems, wrong=wrong, **values
    )


def number_in(form: Form, name: str) -> int | None:
    """Read a whole number that a page carries; None where it is none."""
    number = whole(form.get(name, [""])[-1])
    return number if isinstance(number, int) else None


def version_in(form: Form) -> int:
    """Read the version that the editor saw; -1, which none has, where it is no number."""
    version = number_in(form, "version")
    return -1 if version is None else version


def everybody(request: WebRequest) -> list[Oncologist]:
    """List the oncologists by name, those who have left too."""
    people = (stored.value for stored in request.use(Rota).manage_rota.oncologists())
    return sorted(people, key=lambda who: who.name)


def names_of(request: WebRequest) -> dict[str, str]:
    """Return everybody's name by id."""
    return {who.id: who.name for who in everybody(request)}
