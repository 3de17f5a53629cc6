"""The address table: every version of every path with its handlers by method.

Source: facts/hubspot.md, section 1. Links inside recorded answers use `/crm/objects/v3` for `/crm/v3/objects`, so that
spelling is served as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from atlas_sync.sandbox.hubspot import association_calls, batch_calls, object_calls, portal_calls
from atlas_sync.sandbox.hubspot.call import Call, Reply

__all__ = ["Address", "Handler", "addresses"]

Handler = Callable[[Call], Reply]
Methods = Mapping[str, Handler]

_DATES = ("2026-03", "2026-09")

_OBJECTS: Mapping[str, Methods] = {
    "/{type}": {"GET": object_calls.list_records, "POST": object_calls.create},
    "/{type}/search": {"POST": object_calls.search_records},
    "/{type}/merge": {"POST": object_calls.merge},
    "/{type}/gdpr-delete": {"POST": object_calls.erase},
    "/{type}/batch/read": {"POST": batch_calls.read},
    "/{type}/batch/create": {"POST": batch_calls.create},
    "/{type}/batch/update": {"POST": batch_calls.update},
    "/{type}/batch/upsert": {"POST": batch_calls.upsert},
    "/{type}/batch/archive": {"POST": batch_calls.archive},
    "/{type}/{key}": {"GET": object_calls.get, "PATCH": object_calls.update, "DELETE": object_calls.archive},
}
_ONE_RECORD: Mapping[str, Methods] = {
    "/{type}/{key}/associations/{to}": {"GET": association_calls.list_one},
    "/{type}/{key}/associations/default/{to}/{other}": {"PUT": association_calls.create_one_default},
    "/{type}/{key}/associations/{to}/{other}": {
        "PUT": association_calls.create_one,
        "DELETE": association_calls.archive_one,
    },
}
_ASSOCIATIONS: Mapping[str, Methods] = {
    "/{from}/{to}/batch/read": {"POST": association_calls.read},
    "/{from}/{to}/batch/create": {"POST": association_calls.create},
    "/{from}/{to}/batch/associate/default": {"POST": association_calls.create_default},
    "/{from}/{to}/batch/archive": {"POST": association_calls.archive},
    "/{from}/{to}/labels": {"GET": association_calls.labels, "POST": association_calls.define},
}
_OWNERS: Mapping[str, Methods] = {
    "": {"GET": portal_calls.list_owners},
    "/{key}": {"GET": portal_calls.get_owner},
}
_PIPELINES: Mapping[str, Methods] = {
    "/{type}": {"GET": portal_calls.list_pipelines},
    "/{type}/{key}": {"GET": portal_calls.get_pipeline},
}
_PROPERTIES: Mapping[str, Methods] = {
    "/{type}": {"GET": portal_calls.list_properties, "POST": portal_calls.create_property},
    "/{type}/{key}": {"GET": portal_calls.get_property},
}
_ACCOUNT: Mapping[str, Methods] = {"/details": {"GET": portal_calls.account}}
_TOKEN: Mapping[str, Methods] = {"/access-token-info": {"POST": portal_calls.token_info}}

_FAMILIES: tuple[tuple[str, str, tuple[str, ...], Mapping[str, Methods]], ...] = (
    ("/crm/v3/objects", "/crm/objects/{}", ("v3", *_DATES), _OBJECTS),
    ("/crm/v4/objects", "/crm/objects/{}", ("v4", *_DATES), _ONE_RECORD),
    ("/crm/v4/associations", "/crm/associations/{}", ("v4", *_DATES), _ASSOCIATIONS),
    ("/crm/v3/owners", "/crm/owners/{}", ("v3", *_DATES), _OWNERS),
    ("/crm/v3/pipelines", "/crm/pipelines/{}", ("v3", *_DATES), _PIPELINES),
    ("/crm/v3/properties", "/crm/properties/{}", ("v3", *_DATES), _PROPERTIES),
    ("/account-info/v3", "/account-info/{}", ("v3", *_DATES), _ACCOUNT),
    ("/oauth/v2/private-apps/get", "/oauth/{}/private-apps/get", ("v2",), _TOKEN),
)


@dataclass(frozen=True, slots=True)
class Address:
    """One path template of one version."""

    template: str
    version: str
    methods: Methods

    @property
    def is_search(self) -> bool:
        """Tell if calls are counted as searches, which lack some headers."""
        return self.template.endswith("/search")


def addresses() -> Iterator[Address]:
    """Yield every address, more specific ones first."""
    for numbered, dated, versions, table in _FAMILIES:
        roots = [(numbered, versions[0]), *((dated.format(version), version) for version in versions)]
        for root, version in dict(roots).items():
            for path, methods in table.items():
                yield Address(root + path, version, methods)
