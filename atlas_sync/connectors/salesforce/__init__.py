"""Salesforce, by REST and bulk query jobs: deals with their people, papers and conversation, read by change stamp."""

from atlas_sync.connectors.salesforce.deals import SalesforceDeals
from atlas_sync.connectors.salesforce.mapping import SalesforceMapper
from atlas_sync.connectors.salesforce.reader import SalesforceReader
from atlas_sync.connectors.salesforce.settings import SalesforceSettings

__all__ = ["SalesforceDeals", "SalesforceMapper", "SalesforceReader", "SalesforceSettings"]
