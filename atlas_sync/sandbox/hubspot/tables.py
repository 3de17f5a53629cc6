"""Property definitions by object type, a line each: name, label, type, field type, group, marks.

Marks: r read-only value, c calculated, e options kept elsewhere, $ money, o refers to owners, h hidden in the vendor's
screens, u the definition may be changed. Source: contracts/hubspot/recordings/properties_deals.json,
properties_line_items.json and property_hs_buying_role.json; other types follow the recorded records.
"""

from __future__ import annotations

from atlas_sync.sandbox.hubspot.pipelines import STAGES

__all__ = ["OPTIONS", "ROWS"]

_COMMON = """
hs_object_id|Record ID|number|number|{group}|r
hs_object_source|Record creation source|string|text|{group}|rh
hs_object_source_id|Record creation source ID|string|text|{group}|rh
hs_object_source_label|Record source|enumeration|select|{group}|re
hs_merged_object_ids|Merged record IDs|enumeration|checkbox|{group}|re
hs_all_owner_ids|All owner IDs|enumeration|checkbox|{group}|reh
"""

_CREATED = "createdate|Create Date|datetime|date|{group}|"
_MODIFIED = "hs_lastmodifieddate|Last Modified Date|datetime|date|{group}|r"

_STAGE_DATES = "\n".join(
    f'hs_v2_date_{verb}_{stage.id}|Date {verb} "{stage.label} (Sales Pipeline)"|datetime|date|dealstages|r'
    for verb in ("entered", "exited")
    for stage in STAGES.values()
)

_DEALS = """
amount|Amount|number|number|deal_revenue|$
amount_in_home_currency|Amount in company currency|number|calculation_equation|deal_revenue|rc$
closed_lost_reason|Closed Lost Reason|string|textarea|deal_activity|u
closed_won_reason|Closed Won Reason|string|textarea|deal_activity|u
closedate|Close Date|datetime|date|dealinformation|
createdate|Create Date|datetime|date|dealinformation|
days_to_close|Days to close|number|calculation_equation|dealinformation|r
deal_currency_code|Currency|enumeration|select|deal_revenue|e
dealname|Deal Name|string|text|dealinformation|
dealstage|Deal Stage|enumeration|radio|deal_activity|e
dealtype|Deal Type|enumeration|radio|dealinformation|
description|Deal Description|string|textarea|dealinformation|
hs_acv|Annual contract value|number|number|deal_revenue|rc$
hs_all_collaborator_owner_ids|Deal Collaborator|enumeration|checkbox|dealinformation|reo
hs_all_owner_ids|All owner IDs|enumeration|select|dealinformation|reh
hs_arr|Annual recurring revenue|number|number|deal_revenue|rc$
hs_closed_amount|Closed Deal Amount|number|calculation_equation|dealinformation|r$h
hs_closed_won_count|Is Closed Won (numeric)|number|calculation_equation|dealinformation|rc
hs_closed_won_date|Closed Won Date (Internal)|datetime|date|dealinformation|rch
hs_createdate|HubSpot Create Date|datetime|date|dealinformation|rh
hs_deal_stage_probability|Deal probability|number|number|dealinformation|
hs_forecast_amount|Forecast amount|number|number|dealinformation|rc$
hs_is_closed|Is Deal Closed?|bool|calculation_equation|dealinformation|rc
hs_is_closed_lost|Is closed lost|bool|calculation_equation|deal_activity|rc
hs_is_closed_won|Is Closed Won|bool|calculation_equation|deal_activity|r
hs_is_open_count|Is Open (numeric)|number|calculation_equation|dealinformation|rc
hs_lastmodifieddate|Last Modified Date|datetime|date|deal_activity|r
hs_merged_object_ids|Merged Deal IDs|enumeration|checkbox|dealinformation|r
hs_mrr|Monthly recurring revenue|number|number|deal_revenue|rc$
hs_next_step|Next step|string|textarea|dealinformation|
hs_num_of_associated_line_items|Number of Associated Line Items|number|number|dealinformation|rc
hs_object_id|Record ID|number|number|dealinformation|r
hs_object_source|Record creation source|string|text|dealinformation|rh
hs_object_source_id|Record creation source ID|string|text|dealinformation|rh
hs_object_source_label|Record source|enumeration|select|dealinformation|re
hs_open_deal_create_date|Open deal create date|number|calculation_equation|dealscripted|rchu
hs_pinned_engagement_id|Pinned Engagement ID|number|number|dealinformation|h
hs_priority|Priority|enumeration|select|dealinformation|
hs_projected_amount|Weighted amount|number|calculation_equation|dealinformation|r$
hs_tcv|Total contract value|number|number|deal_revenue|rc$
hubspot_owner_assigneddate|Owner assigned date|datetime|date|deal_activity|r
hubspot_owner_id|Deal owner|enumeration|select|dealinformation|eo
notes_last_updated|Last Activity Date|datetime|date|deal_activity|r
num_associated_contacts|Number of Associated Contacts|number|number|dealinformation|rc
num_notes|Number of Sales Activities|number|number|deal_activity|r
pipeline|Pipeline|enumeration|select|deal_activity|e
"""

_CONTACTS = """
associatedcompanyid|Primary Associated Company ID|number|number|contactinformation|e
createdate|Create Date|datetime|date|contactinformation|r
email|Email|string|text|contactinformation|
firstname|First Name|string|text|contactinformation|
hs_buying_role|Buying Role|enumeration|checkbox|contactinformation|
hs_email_domain|Email Domain|string|text|contactinformation|
hubspot_owner_assigneddate|Owner assigned date|datetime|date|sales_properties|r
hubspot_owner_id|Contact owner|enumeration|select|sales_properties|eo
jobtitle|Job Title|string|text|contactinformation|
lastmodifieddate|Last Modified Date|datetime|date|contactinformation|r
lastname|Last Name|string|text|contactinformation|
lifecyclestage|Lifecycle Stage|enumeration|radio|contactinformation|e
notes_last_updated|Last Activity Date|datetime|date|sales_properties|r
num_notes|Number of Sales Activities|number|number|sales_properties|r
phone|Phone Number|string|phonenumber|contactinformation|
"""

_COMPANIES = """
city|City|string|text|companyinformation|
country|Country/Region|string|text|companyinformation|
domain|Company Domain Name|string|text|companyinformation|
hs_num_blockers|Number of blockers|number|number|companyinformation|rc
hs_num_contacts_with_buying_roles|Number of contacts with a buying role|number|number|companyinformation|rc
hs_num_decision_makers|Number of decision makers|number|number|companyinformation|rc
hubspot_owner_assigneddate|Owner assigned date|datetime|date|companyinformation|r
hubspot_owner_id|Company owner|enumeration|select|companyinformation|eo
industry|Industry|enumeration|select|companyinformation|
lifecyclestage|Lifecycle Stage|enumeration|radio|companyinformation|e
name|Company name|string|text|companyinformation|
notes_last_updated|Last Activity Date|datetime|date|companyinformation|r
num_associated_contacts|Number of Associated Contacts|number|number|companyinformation|rc
num_notes|Number of Sales Activities|number|number|companyinformation|r
phone|Phone Number|string|text|companyinformation|
state|State/Region|string|text|companyinformation|
website|Website URL|string|text|companyinformation|
"""

_PRODUCTS = """
description|Product description|string|textarea|productinformation|
hs_sku|SKU|string|text|productinformation|
name|Name|string|text|productinformation|
price|Unit price|number|number|productinformation|$
"""

_LINE_ITEMS = """
amount|Net price|number|calculation_equation|price|rc$
description|Description|string|textarea|lineiteminformation|
discount|Unit discount|number|number|price|$
hs_line_item_currency_code|Currency|enumeration|select|lineiteminformation|e
hs_position_on_quote|Position on quote|number|number|lineiteminformation|h
hs_product_id|Product ID|number|number|lineiteminformation|h
hs_recurring_billing_period|Term|string|text|term|
hs_sku|SKU|string|text|lineiteminformation|
hs_term_in_months|Term in months|number|calculation_equation|price|rch
hubspot_owner_id|Owner|enumeration|select|lineiteminformation|eo
name|Name|string|text|lineiteminformation|
price|Unit price|number|number|price|$
quantity|Quantity|number|number|price|
recurringbillingfrequency|Billing frequency|enumeration|select|price|
"""

_ACTIVITY = """
hs_attachment_ids|Attached file IDs|enumeration|checkbox|engagement|
hs_body_preview|Body preview|string|text|engagement|r
hs_body_preview_is_truncated|Body preview truncated|bool|booleancheckbox|engagement|r
hs_createdate|Create date|datetime|date|engagement|r
hs_gdpr_deleted|GDPR deleted|bool|booleancheckbox|engagement|r
hs_timestamp|Activity date|datetime|date|engagement|
hubspot_owner_assigneddate|Owner assigned date|datetime|date|engagement|r
hubspot_owner_id|Activity assigned to|enumeration|select|engagement|eo
"""

_NOTES = """
hs_note_body|Note body|string|html|note|
"""

_EMAILS = """
hs_email_direction|Email direction|enumeration|select|email|
hs_email_headers|Email headers|string|textarea|email|
hs_email_html|Email body|string|html|email|
hs_email_status|Email send status|enumeration|select|email|
hs_email_subject|Email subject|string|text|email|
hs_email_text|Text body|string|textarea|email|
"""

_CALLS = """
hs_call_body|Call notes|string|html|call|
hs_call_direction|Call direction|enumeration|select|call|
hs_call_disposition|Call outcome|enumeration|select|call|e
hs_call_duration|Call duration|number|number|call|
hs_call_recording_url|Recording URL|string|text|call|
hs_call_status|Call status|enumeration|select|call|e
hs_call_title|Call title|string|text|call|
"""

_MEETINGS = """
hs_attendee_owner_ids|Attendee owner IDs|enumeration|checkbox|meeting|eo
hs_internal_meeting_notes|Internal meeting notes|string|html|meeting|
hs_meeting_body|Meeting description|string|html|meeting|
hs_meeting_end_time|Meeting end time|datetime|date|meeting|
hs_meeting_external_url|External URL|string|text|meeting|
hs_meeting_location|Meeting location|string|text|meeting|
hs_meeting_outcome|Meeting outcome|enumeration|select|meeting|
hs_meeting_start_time|Meeting start time|datetime|date|meeting|
hs_meeting_title|Meeting name|string|text|meeting|
"""

_TASKS = """
hs_task_body|Task notes|string|html|task|
hs_task_is_completed|Is completed|number|number|task|rc
hs_task_priority|Priority|enumeration|select|task|
hs_task_status|Task status|enumeration|select|task|
hs_task_subject|Task title|string|text|task|
hs_task_type|Task type|enumeration|select|task|
"""


_QUOTES = """
hs_comments|Comments to buyer|string|textarea|quote|
hs_expiration_date|Expiration Date|datetime|date|quote|
hs_public_url_key|Public URL key|string|text|quote|
hs_quote_number|Quote number|string|text|quote|
hs_status|Quote status|enumeration|select|quote|
hs_terms|Purchase terms|string|textarea|quote|
hs_title|Title|string|text|quote|
hubspot_owner_assigneddate|Owner assigned date|datetime|date|quote|r
hubspot_owner_id|Quote owner|enumeration|select|quote|eo
"""


def _rows(own: str, *, group: str, dates: tuple[str, ...]) -> str:
    return own + "\n".join((_COMMON, *dates)).format(group=group)


ROWS = {
    "contacts": _rows(_CONTACTS, group="contactinformation", dates=()),
    "companies": _rows(_COMPANIES, group="companyinformation", dates=(_CREATED, _MODIFIED)),
    "deals": _DEALS + _STAGE_DATES,
    "products": _rows(_PRODUCTS, group="productinformation", dates=(_CREATED, _MODIFIED)),
    "line_items": _rows(_LINE_ITEMS, group="lineiteminformation", dates=(_CREATED, _MODIFIED)),
    "notes": _rows(_ACTIVITY + _NOTES, group="engagement", dates=(_MODIFIED,)),
    "emails": _rows(_ACTIVITY + _EMAILS, group="engagement", dates=(_MODIFIED,)),
    "calls": _rows(_ACTIVITY + _CALLS, group="engagement", dates=(_MODIFIED,)),
    "meetings": _rows(_ACTIVITY + _MEETINGS, group="engagement", dates=(_MODIFIED,)),
    "tasks": _rows(_ACTIVITY + _TASKS, group="engagement", dates=(_MODIFIED,)),
    "quotes": _rows(_QUOTES, group="quote", dates=(_CREATED, _MODIFIED)),
}
"""Rows by object type."""

OPTIONS = {
    "dealtype": "newbusiness existingbusiness",
    "hs_buying_role": "BLOCKER BUDGET_HOLDER CHAMPION DECISION_MAKER END_USER EXECUTIVE_SPONSOR INFLUENCER "
    "LEGAL_AND_COMPLIANCE OTHER",
    "hs_call_direction": "INBOUND OUTBOUND",
    "hs_email_direction": "EMAIL INCOMING_EMAIL FORWARDED_EMAIL",
    "hs_email_status": "BOUNCED FAILED SCHEDULED SENDING SENT",
    "hs_meeting_outcome": "SCHEDULED COMPLETED RESCHEDULED NO_SHOW CANCELED",
    "hs_priority": "low medium high",
    "hs_task_priority": "NONE LOW MEDIUM HIGH",
    "hs_task_status": "NOT_STARTED IN_PROGRESS WAITING DEFERRED COMPLETED",
    "hs_status": "DRAFT PENDING_APPROVAL APPROVED REJECTED APPROVAL_NOT_NEEDED",
    "hs_task_type": "TODO CALL EMAIL",
    "recurringbillingfrequency": "monthly quarterly per_six_months annually per_two_years per_three_years "
    "per_four_years per_five_years",
}
"""Values of the enumerations that carry their options themselves."""
