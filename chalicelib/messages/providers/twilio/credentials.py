"""Where Twilio is, and the names of the account's credentials in SSM."""

from __future__ import annotations

from typing import Final

ADDRESS: Final = "https://api.twilio.com"
ACCOUNT_SID: Final = "twilio-account-sid"
AUTH_TOKEN: Final = "twilio-auth-token"  # noqa: S105  # the parameter's name
