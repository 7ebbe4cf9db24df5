"""Where Exotel is, and the names of the account's credentials in SSM."""

from __future__ import annotations

from typing import Final

ADDRESS: Final = "https://api.in.exotel.com"
ACCOUNT_SID: Final = "exotel-account-sid"
API_KEY: Final = "exotel-api-key"
API_TOKEN: Final = "exotel-api-token"  # noqa: S105  # the parameter's name
WEBHOOK_SECRET: Final = "exotel-webhook-secret"  # noqa: S105  # the parameter's name
