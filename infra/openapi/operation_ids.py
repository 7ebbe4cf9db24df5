"""The name of each operation, and the order in which the description lists them.

Programs that were generated from the description call an operation by its name, so a name never
changes. A new operation gets a line here, but for HEAD, whose name follows from that of GET, and a
provider's webhook, whose name follows from the provider's.
"""

from collections.abc import Mapping
from typing import Final

from chalicelib.providers import PROVIDERS

OPERATION_IDS: Final[Mapping[str, str]] = {
    "POST /callbacks": "post.public_api.ask",
    "GET /callbacks/{reference}": "get.public_api.show",
    "POST /callbacks/{reference}/cancel": "post.public_api.cancel",
    "POST /callbacks/{reference}/reschedule": "post.public_api.reschedule",
    "POST /callbacks/{reference}/withdraw": "post.privacy_api.withdraw",
    "GET /callbacks/{reference}/data": "get.privacy_api.download",
    "POST /callbacks/{reference}/link": "post.public_api.send_link",
    "GET /hours": "get.public_api.hours",
    "GET /healthz": "get.health.show",
    "GET /openapi.json": "get.description_api.show",
    "GET /duty": "get.desk_api.duty",
    "POST /duty/next": "post.desk_api.take_next",
    "POST /cases/{reference}/attempts": "post.desk_api.attempt",
    "POST /cases/{reference}/call": "post.desk_api.call",
    "POST /cases/{reference}/video": "post.desk_api.video",
    "POST /cases/{reference}/release": "post.desk_api.release",
    "GET /admin/cases": "get.admin_api.list_cases",
    "GET /admin/cases/{reference}": "get.admin_api.show_case",
    "PATCH /admin/cases/{reference}": "patch.case_desk_api.correct",
    "GET /admin/cases/{reference}/fhir": "get.fhir_api.export",
    "POST /admin/cases/{reference}/fhir": "post.fhir_api.export_with_phone",
    "POST /admin/cases/{reference}/phone": "post.case_desk_api.show_phone",
    "POST /admin/cases/{reference}/erase": "post.privacy_api.erase",
    "GET /admin/audit": "get.audit_api.search",
    "GET /admin/reports": "get.reports_api.show",
    "POST /admin/reports/rebuild": "post.reports_api.rebuild",
    "GET /admin/messages": "get.messages_api.list_messages",
    "POST /admin/messages/search": "post.messages_api.search",
    "POST /admin/messages/{message}/retry": "post.messages_api.retry",
    "POST /admin/cases/search": "post.case_desk_api.search",
    "POST /admin/cases/{reference}/assign": "post.case_desk_api.assign",
    "POST /admin/cases/{reference}/close": "post.case_desk_api.close",
    "POST /admin/cases/{reference}/reopen": "post.case_desk_api.reopen",
    "POST /admin/cases/{reference}/merge": "post.case_desk_api.merge",
    "GET /admin/blocks": "get.blocks_api.list_blocks",
    "POST /admin/blocks": "post.blocks_api.add",
    "DELETE /admin/blocks": "delete.blocks_api.lift",
    "GET /admin/oncologists": "get.people_api.list_people",
    "POST /admin/oncologists": "post.people_api.add",
    "PATCH /admin/oncologists/{oncologist}": "patch.people_api.change",
    "GET /admin/oncologists/{oncologist}/sign-in": "get.people_api.show_sign_in",
    "POST /admin/oncologists/{oncologist}/sign-in/open": "post.people_api.open_sign_in",
    "POST /admin/oncologists/{oncologist}/sign-in/close": "post.people_api.close_sign_in",
    "GET /swaps": "get.rota_api.list_offers",
    "POST /shifts/{shift}/swap": "post.rota_api.offer",
    "POST /swaps/{swap}/accept": "post.rota_api.accept",
    "POST /swaps/{swap}/decline": "post.rota_api.decline",
    "POST /swaps/{swap}/withdraw": "post.rota_api.withdraw",
    "POST /leave": "post.rota_api.take_leave",
    "DELETE /leave": "delete.rota_api.drop_leave",
    "POST /rota/feed": "post.rota_api.make_feed",
    "DELETE /rota/feed": "delete.rota_api.revoke_feed",
    "GET /admin/hours": "get.rota_admin_api.show_hours",
    "PUT /admin/hours": "put.rota_admin_api.put_hours",
    "GET /admin/lines": "get.rota_admin_api.show_lines",
    "PUT /admin/lines": "put.rota_admin_api.put_lines",
    "GET /admin/overrides": "get.rota_admin_api.list_overrides",
    "POST /admin/overrides": "post.rota_admin_api.add_override",
    "DELETE /admin/overrides": "delete.rota_admin_api.drop_override",
    "GET /admin/leave": "get.rota_admin_api.list_leave",
    "POST /admin/leave": "post.rota_admin_api.add_leave",
    "DELETE /admin/leave": "delete.rota_admin_api.drop_leave",
    "GET /admin/swaps": "get.rota_admin_api.list_swaps",
    "POST /admin/shifts/{shift}/swap": "post.rota_admin_api.offer_for",
    "POST /admin/swaps/{swap}/accept": "post.rota_admin_api.accept_for",
    "POST /admin/swaps/{swap}/decline": "post.rota_admin_api.decline_for",
    "POST /admin/swaps/{swap}/withdraw": "post.rota_admin_api.withdraw_for",
    "GET /admin/rota": "get.rota_admin_api.show_rota",
    "GET /admin/rota/quality": "get.rota_admin_api.show_quality",
    "GET /admin/rota/gaps": "get.rota_admin_api.show_gaps",
    "GET /admin/rota/changes": "get.rota_admin_api.show_changes",
    "GET /admin/rota/recipients": "get.rota_admin_api.show_recipients",
    "PUT /admin/rota/recipients": "put.rota_admin_api.put_recipients",
    "POST /admin/rota/publish": "post.rota_admin_api.publish",
    "GET /admin/rota/route": "get.rota_admin_api.route",
    "POST /admin/rota/preview": "post.preview_api.preview",
    "GET /rota/{secret}": "get.calendar_feed.show",
    **{
        f"{method} {webhook.path}": f"{method.lower()}.webhooks.{provider.name}_{webhook.kind}"
        for provider in PROVIDERS
        for webhook in provider.webhooks()
        for method in webhook.methods.split()
    },
}


def find_operation_id(method: str, path: str) -> str | None:
    """Return an operation's name; None where the table lacks it."""
    if method == "HEAD":
        name = OPERATION_IDS.get(f"GET {path}")
        return name and f"head.{name.removeprefix('get.')}"
    return OPERATION_IDS.get(f"{method} {path}")
