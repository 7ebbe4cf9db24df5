"""What an administrator calls about oncologists."""

from __future__ import annotations

from http import HTTPStatus

from chalicelib.core.domain.errors import VersionConflict
from chalicelib.core.web.authorisation import caller_id
from chalicelib.core.web.etags import seen_version
from chalicelib.core.web.http_errors import NewerVersion, version_tag
from chalicelib.core.web.request import WebRequest, id_in
from chalicelib.core.web.responses import Created, Json, json_answer
from chalicelib.core.web.schemas.fields import refuse_any_field
from chalicelib.people.web import serializers
from chalicelib.people.web.schemas.people import parse_person, parse_person_change
from chalicelib.people.wiring import Staff
from chalicelib.rota.domain.duty import Oncologist
from chalicelib.rota.wiring import Rota


def list_people(request: WebRequest) -> Json[serializers.People]:
    """List everybody, those who have left too."""
    people = request.use(Staff).manage.all()
    stopped = request.use(Rota).stopped_numbers({each.value.phone for each in people})
    listed = [serializers.listed_person(each.value, each.version, stopped) for each in people]
    return json_answer({"oncologists": listed})


def add(request: WebRequest) -> Created[serializers.KeptPerson]:
    """Add somebody, and invite them where an address is given."""
    oncologist, email = parse_person(request.json())
    request.concerns(f"oncologist:{oncologist.id}")
    kept = request.use(Staff).manage.add(oncologist, email, caller_id(request), request.now())
    version = kept.oncologist.version
    return json_answer(serializers.kept_person(kept), HTTPStatus.CREATED, version_tag(version))


def show_sign_in(request: WebRequest, oncologist: str) -> Json[serializers.SignInJson]:
    """Return whether an oncologist can sign in."""
    state = request.use(Staff).manage.sign_in_state(id_in(oncologist))
    return json_answer(serializers.sign_in(state))


def open_sign_in(request: WebRequest, oncologist: str) -> Json[serializers.SignInJson]:
    """Open the sign-in of an oncologist again."""
    refuse_any_field(request.json(required=False))
    state = request.use(Staff).manage.open_sign_in(id_in(oncologist), request.now())
    return json_answer(serializers.sign_in(state))


def close_sign_in(request: WebRequest, oncologist: str) -> Json[serializers.SignInJson]:
    """Close an oncologist's sign-in, end their sessions, and put their case back into the queue."""
    refuse_any_field(request.json(required=False))
    state = request.use(Staff).manage.close_sign_in(id_in(oncologist), request.now())
    return json_answer(serializers.sign_in(state))


def change(request: WebRequest, oncologist: str) -> Json[serializers.KeptPerson]:
    """Change somebody, as the caller saw them last."""
    body = request.json()
    version = seen_version(request, body)
    changes, email = parse_person_change(body)
    try:
        kept = request.use(Staff).manage.change(
            id_in(oncologist), version, changes, email, caller_id(request), request.now()
        )
    except VersionConflict as error:
        if not isinstance(error.current, Oncologist):
            raise
        newer = serializers.person(error.current, error.version)
        raise NewerVersion(newer, error.version) from error
    request.changes_fields(kept.changed)
    return json_answer(serializers.kept_person(kept), headers=version_tag(kept.oncologist.version))
