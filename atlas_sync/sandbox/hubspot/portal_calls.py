"""What the addresses of the portal itself answer: owners, pipelines, properties, account."""

from __future__ import annotations

from urllib.parse import urlencode

from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.hubspot.call import Call, Reply
from atlas_sync.sandbox.hubspot.errors import Json, invalid, not_found
from atlas_sync.sandbox.hubspot.oauth import ACCESS_TOKEN
from atlas_sync.sandbox.hubspot.objects import OBJECTS
from atlas_sync.sandbox.hubspot.pipelines import deal_pipeline
from atlas_sync.sandbox.hubspot.portal import PORTAL_ID
from atlas_sync.sandbox.hubspot.records import api_link

__all__ = ["account", "create_property", "get_owner", "get_pipeline", "get_property", "list_owners"]
__all__ += ["list_pipelines", "list_properties", "scopes_held", "token_info"]

_OWNERS, _MAIL = "crm.objects.owners.read", "sales-email-read"


def list_owners(call: Call) -> Reply:
    """List owners: those who are there, or with `archived=true` those who have left."""
    call.need_scope(_OWNERS)
    limit, after, email = call.limit(default=100, most=500), call.parameter("after", "0"), call.parameter("email")
    if not after.isdigit():
        raise invalid("Invalid after: {}", after)
    owners = call.portal.owners.list(archived=call.wants_archived)
    rows = [row for row in owners if int(row.id) >= int(after) and (not email or row.email == email.lower())]
    body: Json = {"results": [row.wire() for row in rows[:limit]]}
    if len(rows) > limit:
        following = str(int(rows[limit - 1].id) + 1)
        query = urlencode([*((name, value) for name, value in call.query if name != "after"), ("after", following)])
        body["paging"] = {"next": {"after": following, "link": api_link(f"/crm/v3/owners?{query}")}}
    return Reply(200, body)


def get_owner(call: Call) -> Reply:
    """Give one owner, by the id of owner or user; those who have left are asked for apart."""
    call.need_scope(_OWNERS)
    owners = call.portal.owners
    key = call.path["key"]
    found = owners.by_user(key) if call.parameter("idProperty") == "userId" else owners.get(key)
    if found is None or found.archived is not call.wants_archived:
        raise not_found()
    return Reply(200, found.wire())


def list_pipelines(call: Call) -> Reply:
    """List the pipelines of an object type; only deals have one."""
    call.need_any_object()
    return Reply(200, {"results": [deal_pipeline()] if call.kind().name == "deals" else []})


def get_pipeline(call: Call) -> Reply:
    """Give one pipeline."""
    call.need_any_object()
    pipeline = deal_pipeline()
    if call.kind().name != "deals" or call.path["key"] != pipeline["id"]:
        raise not_found()
    return Reply(200, pipeline)


def list_properties(call: Call) -> Reply:
    """List the properties of an object type that the app may see."""
    call.need_any_object()
    rows = call.definitions(call.kind()).values()
    return Reply(200, {"results": [] if call.wants_archived else [row.wire() for row in rows]})


def get_property(call: Call) -> Reply:
    """Give one property."""
    call.need_any_object()
    return Reply(200, call.catalog.get(call.kind(), call.path["key"]).wire())


def create_property(call: Call) -> Reply:
    """Define a property of the portal."""
    kind = call.kind()
    call.need_scope(f"crm.schemas.{kind.name}.write")
    return Reply(201, call.catalog.create(kind, call.body, at=call.now).wire())


def account(_call: Call) -> Reply:
    """Describe the portal. Source: contracts/hubspot/recordings/account_info_details.json."""
    body: Json = {
        "portalId": PORTAL_ID,
        "accountType": "STANDARD",
        "timeZone": "Europe/Dublin",
        "companyCurrency": "EUR",
        "additionalCurrencies": ["GBP"],
        "utcOffset": "+01:00",
        "utcOffsetMilliseconds": 3_600_000,
        "uiDomain": "app-eu1.hubspot.com",
        "dataHostingLocation": "eu1",
    }
    return Reply(200, body)


def token_info(call: Call) -> Reply:
    """Describe a private app's token. Source: HubSpot guide, private apps; the refusal of another one is a guess."""
    if call.body.get("tokenKey") != ACCESS_TOKEN:
        raise not_found()
    return Reply(200, {"userId": 1, "hubId": PORTAL_ID, "appId": 2, "scopes": scopes_held(call.faults)})


def scopes_held(faults: Faults) -> list[str]:
    """List the scopes that the app was given and that were not taken from it."""
    own = dict.fromkeys(kind.scopes(action)[0] for kind in OBJECTS.values() for action in ("read", "write"))
    return [scope for scope in (*own, _OWNERS, _MAIL) if not faults.is_denied("hubspot", scope)]
