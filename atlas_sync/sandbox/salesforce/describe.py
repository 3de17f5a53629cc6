"""What the API user may see of the org's objects, and the vendor's describe answers about it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from atlas_sync.sandbox.faults import Faults
from atlas_sync.sandbox.salesforce.errors import not_found
from atlas_sync.sandbox.salesforce.schema import CHILDREN, OBJECTS, Field, Thing

__all__ = ["Catalog", "Json"]

Json = dict[str, object]

_SOAP = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "double": "xsd:double",
    "int": "xsd:int",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
    "base64": "xsd:base64Binary",
    "location": "urn:location",
}
_PRECISION = {"currency": (18, 2), "percent": (3, 0), "double": (12, 2)}
_UNGROUPED = {"combobox", "currency", "percent", "double", "datetime", "base64"}
_IDS = {"id", "reference"}
_NO = (
    "aiPredictionField cascadeDelete caseSensitive dependentPicklist deprecatedAndHidden"
    " displayLocationInDecimal encrypted externalId formulaTreatNullNumberAsZero highScaleNumber htmlFormatted"
    " queryByDistance restrictedDelete restrictedPicklist searchPrefilterable unique writeRequiresMasterRead"
)
_NOTHING = (
    "calculatedFormula controllerName defaultValueFormula filteredLookupInfo"
    " inlineHelpText mask maskType referenceTargetField relationshipOrder"
)
_SAME: Json = {**dict.fromkeys(_NO.split(), False), **dict.fromkeys(_NOTHING.split())}
"""What a describe says alike of every field of this org."""


class Catalog:
    """The objects and fields that are not hidden from the API user, by the faults of this moment."""

    def __init__(self, faults: Faults) -> None:
        self._faults = faults

    def thing(self, name: str) -> Thing | None:
        """Give an object by name, whatever its case; None when it is unknown or hidden, which look the same."""
        found = next((thing for thing in OBJECTS.values() if thing.name.lower() == name.lower()), None)
        return None if found is None or self._faults.is_denied("salesforce", found.name) else found

    def need(self, name: str) -> Thing:
        """Give an object by name.

        Raises:
            ApiError: it is unknown or hidden.
        """
        found = self.thing(name)
        if found is None:
            raise not_found()
        return found

    def things(self) -> Iterator[Thing]:
        """Yield the visible objects."""
        return (thing for thing in OBJECTS.values() if self.thing(thing.name))

    def fields(self, thing: Thing) -> tuple[Field, ...]:
        """Give the fields that field-level security shows."""
        hidden = self._faults.hidden("salesforce", thing.name)
        return tuple(field for field in thing.fields if field.name not in hidden)

    def field(self, thing: Thing, name: str) -> Field | None:
        """Give a visible field by name, whatever its case."""
        found = thing.field(name)
        return None if found is None or found.name in self._faults.hidden("salesforce", thing.name) else found

    def children(self, thing: Thing) -> Iterator[tuple[str, str, str]]:
        """Yield child object, its field, and the relationship's name, for the visible children of an object."""
        for parent, child, field, relationship in CHILDREN:
            if parent == thing.name and self.thing(child) and self.field(OBJECTS[child], field):
                yield child, field, relationship

    def describe_all(self, base: str) -> Json:
        """Give the global describe. `base` is the address of the API version."""
        return {
            "encoding": "UTF-8",
            "maxBatchSize": 200,
            "sobjects": [{**_abilities(thing), "urls": _urls(thing, base)} for thing in self.things()],
        }

    def describe(self, thing: Thing, base: str) -> Json:
        """Give the describe of one object."""
        layout = f"{base}/sobjects/{thing.name}/describe/layouts/012000000000000AAA"
        record_type = {
            "active": True,
            "available": True,
            "defaultRecordTypeMapping": True,
            "developerName": "Master",
            "master": True,
            "name": "Master",
            "recordTypeId": "012000000000000AAA",
            "urls": {"layout": layout},
        }
        return {
            **_abilities(thing),
            "actionOverrides": [],
            "childRelationships": [_child(*entry) for entry in self.children(thing)],
            "compactLayoutable": True,
            "defaultImplementation": None,
            "extendedBy": None,
            "extendsInterfaces": None,
            "fields": [_field(thing, field) for field in self.fields(thing)],
            "implementedBy": None,
            "implementsInterfaces": None,
            "listviewable": None,
            "lookupLayoutable": None,
            "namedLayoutInfos": [],
            "networkScopeFieldName": None,
            "recordTypeInfos": [record_type],
            "searchLayoutable": thing.name != "OpportunityContactRole",
            "sobjectDescribeOption": "FULL",
            "supportedScopes": [{"label": f"All {thing.plural.lower()}", "name": "everything"}],
            "urls": _urls(thing, base),
        }


def _abilities(thing: Thing) -> Json:
    return {
        "activateable": False,
        "associateEntityType": None,
        "associateParentEntity": None,
        "createable": thing.can("c"),
        "custom": thing.name.endswith("__c"),
        "customSetting": False,
        "deepCloneable": thing.name == "Opportunity",
        "deletable": thing.can("d"),
        "deprecatedAndHidden": False,
        "feedEnabled": thing.name in {"Account", "Contact", "Opportunity", "Task", "Event", "Contract", "User"},
        "hasSubtypes": False,
        "isInterface": False,
        "isSubtype": False,
        "keyPrefix": thing.prefix,
        "label": thing.label,
        "labelPlural": thing.plural,
        "layoutable": thing.name not in {"Organization", "ContentDocumentLink", "OpportunityHistory"},
        "mergeable": thing.can("m"),
        "mruEnabled": thing.name in {"Account", "Contact", "Opportunity", "Contract", "User"},
        "name": thing.name,
        "queryable": True,
        "replicateable": thing.name != "UserPermissionAccess",
        "retrieveable": True,
        "searchable": thing.name in {"Account", "Contact", "Opportunity", "Task", "Event", "Contract", "User"},
        "triggerable": thing.name != "Organization",
        "undeletable": thing.can("r"),
        "updateable": thing.can("u"),
    }


def _urls(thing: Thing, base: str) -> Json:
    root = f"{base}/sobjects/{thing.name}"
    return {"sobject": root, "describe": f"{root}/describe", "rowTemplate": f"{root}/{{ID}}"}


def _child(child: str, field: str, relationship: str) -> Json:
    return {
        "cascadeDelete": True,
        "childSObject": child,
        "deprecatedAndHidden": False,
        "field": field,
        "junctionIdListNames": [],
        "junctionReferenceTo": [],
        "relationshipName": relationship,
        "restrictedDelete": False,
    }


def _label(thing: Thing, field: Field) -> str:
    if field.name == "Id":
        return f"{thing.label} ID"
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", field.name.removesuffix("__c").replace("_", " "))
    return re.sub(r" Id$", " ID", words)


def _field(thing: Thing, field: Field) -> Json:
    precision, scale = _PRECISION.get(field.type, (0, 0))
    is_plain = not field.is_long and field.type != "base64"
    return {
        **_SAME,
        "aggregatable": is_plain and field.type != "boolean",
        "autoNumber": field.name == "ContractNumber",
        "byteLength": field.length if field.type in _IDS else field.length * 3,
        "calculated": field.has("f"),
        "compoundFieldName": field.compound,
        "createable": field.has("c"),
        "custom": field.name.endswith(("__c", "__s")),
        "defaultValue": False if field.type == "boolean" else None,
        "defaultedOnCreate": field.has("d"),
        "digits": 9 if field.type == "int" else 0,
        "extraTypeInfo": "plaintextarea" if field.type == "textarea" else None,
        "filterable": not field.has("x"),
        "groupable": is_plain and field.type not in _UNGROUPED,
        "idLookup": field.has("l"),
        "label": _label(thing, field),
        "length": field.length,
        "name": field.name,
        "nameField": field.has("t"),
        "namePointing": field.has("p"),
        "nillable": field.has("n"),
        "permissionable": field.has("n") and field.has("u"),
        "picklistValues": [
            {"active": True, "defaultValue": False, "label": value, "validFor": None, "value": value}
            for value in field.picklist
        ],
        "polymorphicForeignKey": field.has("p"),
        "precision": precision,
        "referenceTo": list(field.refers),
        "relationshipName": field.relationship,
        "scale": scale,
        "soapType": _SOAP.get(field.type, "xsd:string"),
        "sortable": is_plain,
        "type": field.type,
        "updateable": field.has("u"),
    }
