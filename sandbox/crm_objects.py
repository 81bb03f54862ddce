"""The objects of the local CRM, declared: standard ones, a partner programme's own, and the write-back targets."""

from sandbox import fields, picklists
from sandbox.schema import Field, SObject


def _currency_code() -> Field:
    return fields.picklist("CurrencyIsoCode", *picklists.CURRENCIES, nillable=False)


def _system(*own: Field) -> tuple[Field, ...]:
    """``own`` fields after Id, and before the stamps and the deletion mark that every object has."""
    stamps = (
        fields.system_moment("CreatedDate"),
        fields.system_moment("LastModifiedDate"),
        fields.system_moment("SystemModstamp"),
    )
    return (fields.record_id(), *own, *stamps, fields.boolean("IsDeleted", writable=False))


def _custom(name: str, prefix: str, name_format: str, *own: Field) -> SObject:
    """An object of the programme's own, as salesforce/objects.yaml deploys it."""
    standard = (fields.automatic_name(), fields.reference("OwnerId", "User", nillable=False), _currency_code())
    return SObject(name, prefix, _system(*standard, *own), name_format=name_format)


def _summary(name: str, prefix: str, name_format: str, *own: Field) -> SObject:
    """A write-back target: one row per period, model and subject, upserted by External_Key__c."""
    period = (
        fields.external_key("External_Key__c", 255),
        fields.picklist("Period_Grain__c", *picklists.PERIOD_GRAINS, restricted=True),
        fields.date("Period_Start__c"),
        fields.string("Period_Label__c", 40),
        fields.string("Model__c", 80),
    )
    figures = (fields.money("Credit_Amount__c"), fields.count("Deal_Count__c"), fields.boolean("Is_Current__c"))
    return _custom(name, prefix, name_format, *period, *own, *figures)


_USER = SObject(
    "User",
    "005",
    _system(fields.string("Name", 121), fields.string("Email", 128), fields.boolean("IsActive")),
    writable=False,
)

_ACCOUNT = SObject(
    "Account",
    "001",
    _system(
        fields.string("Name", 255, nillable=False),
        fields.reference("OwnerId", "User", nillable=False),
        fields.reference("ParentId", "Account"),
        _currency_code(),
        fields.boolean("IsPartner", writable=False),
        fields.string("Industry", 255),
        fields.picklist("Segment__c", *picklists.SEGMENTS),
        fields.picklist("Region__c", *picklists.REGIONS),
        fields.date("Churned_At__c"),
        fields.picklist("Partner_Type__c", *picklists.PARTNER_TYPES),
        fields.picklist("Partner_Tier__c", *picklists.TIERS),
        fields.picklist("Partner_Status__c", "Active", "Onboarding", "Inactive"),
        fields.date("Partner_Joined_At__c"),
        fields.date("Agreement_Signed_At__c"),
        fields.date("Certified_At__c"),
    ),
)

_OPPORTUNITY = SObject(
    "Opportunity",
    "006",
    _system(
        fields.string("Name", 120, nillable=False),
        fields.reference("OwnerId", "User", nillable=False),
        fields.reference("AccountId", "Account"),
        fields.picklist("Type", "New Business", "Expansion", "Renewal"),
        fields.picklist("StageName", *picklists.STAGES, nillable=False),
        fields.boolean("IsClosed", writable=False),
        fields.boolean("IsWon", writable=False),
        fields.currency("Amount"),
        _currency_code(),
        fields.currency("List_Amount__c"),
        fields.currency("ARR__c"),
        fields.number("Term_Months__c", precision=4),
        fields.date("CloseDate", nillable=False),
        fields.picklist("LeadSource", *picklists.LEAD_SOURCES),
        fields.reference("Source_Partner__c", "Account"),
        fields.moment("First_Sales_Contact_At__c"),
        fields.picklist("Reported_Category__c", *picklists.CATEGORIES),
        fields.date("Churned_At__c"),
        fields.picklist("Segment__c", *picklists.SEGMENTS),
        fields.picklist("Region__c", *picklists.REGIONS),
        fields.boolean("Partner_Influenced__c"),
        fields.money("Partner_Attributed_Amount__c"),
        fields.string("Influencing_Partners__c", 255),
        fields.picklist("Primary_Influence_Type__c", *picklists.INFLUENCE_TYPES, restricted=True),
        fields.string("Attribution_Model__c", 80),
        fields.picklist("Deal_Category__c", *picklists.CATEGORIES, restricted=True),
        fields.reference("Primary_Partner__c", "Account"),
        fields.date("Deal_Registration_Date__c"),
        fields.long_text("Partner_Contribution__c"),
    ),
)

_OPPORTUNITY_HISTORY = SObject(
    "OpportunityHistory",
    "008",
    _system(
        fields.string("Name", 80),
        fields.reference("OpportunityId", "Opportunity", nillable=False),
        fields.picklist("StageName", *picklists.STAGES, nillable=False),
    ),
    writable=False,
)

_RATE = SObject(
    "DatedConversionRate",
    "04w",
    _system(
        fields.string("Name", 80),
        fields.picklist("IsoCode", *picklists.CURRENCIES, nillable=False, restricted=True),
        fields.date("StartDate", nillable=False),
        fields.date("NextStartDate"),
        fields.number("ConversionRate", scale=9, nillable=False),
    ),
    writable=False,
)

_PARTNER_ACTIVITY = _custom(
    "Partner_Activity__c",
    "a01",
    "PA-{0000000}",
    fields.external_id("Activity_Id__c", 80),
    fields.reference("Partner__c", "Account"),
    fields.picklist("Activity_Type__c", *picklists.ACTIVITY_TYPES),
    fields.moment("Occurred_At__c"),
    fields.moment("Logged_At__c"),
    fields.reference("Opportunity__c", "Opportunity"),
    fields.reference("Account__c", "Account"),
    fields.string("Asset_Name__c", 255),
    fields.number("Engagement_Depth__c", precision=5, scale=4),
    fields.long_text("Details__c"),
)

_INTEGRATION = _custom(
    "Account_Integration__c",
    "a02",
    "AI-{0000000}",
    fields.reference("Account__c", "Account"),
    fields.string("Integration_Name__c", 255),
    fields.reference("Partner__c", "Account"),
    fields.moment("Enabled_At__c"),
    fields.moment("Disabled_At__c"),
    fields.moment("Last_Used_At__c"),
    fields.number("Usage_Level__c", precision=5, scale=4),
)

_REGISTRATION = _custom(
    "Deal_Registration__c",
    "a03",
    "DR-{0000000}",
    fields.external_id("Registration_Id__c", 80),
    fields.reference("Partner__c", "Account"),
    fields.reference("Account__c", "Account"),
    fields.reference("Opportunity__c", "Opportunity"),
    fields.moment("Submitted_At__c"),
    fields.picklist("Status__c", "Submitted", "Approved", "Rejected", "Expired"),
    fields.moment("Decided_At__c"),
    fields.moment("Expires_At__c"),
)

_INVESTMENT = _custom(
    "Partner_Investment__c",
    "a04",
    "INV-{0000000}",
    fields.date("Period_Month__c"),
    fields.string("Category__c", 80),
    fields.currency("Amount__c"),
    fields.reference("Partner__c", "Account"),
)

_OVERRIDE = _custom(
    "Attribution_Override__c",
    "a05",
    "AO-{0000000}",
    fields.external_id("Override_Id__c", 80),
    fields.reference("Opportunity__c", "Opportunity"),
    fields.reference("Partner__c", "Account"),
    fields.number("Share__c", precision=7, scale=6),
    fields.long_text("Reason__c"),
    fields.string("Requested_By__c", 255),
    fields.moment("Requested_At__c"),
    fields.string("Approved_By__c", 255),
    fields.moment("Approved_At__c"),
    fields.picklist("Status__c", "Pending", "Approved", "Rejected"),
)

_TARGET = _custom(
    "Partner_Target__c",
    "a06",
    "PT-{0000000}",
    fields.string("Metric__c", 80),
    fields.date("Period_Start__c"),
    fields.date("Period_End__c"),
    fields.number("Value__c", scale=4),
)

_PARTNER_INFLUENCE = _summary(
    "Partner_Influence__c",
    "a07",
    "PI-{0000000}",
    fields.reference("Partner__c", "Account"),
    fields.money("Sourced_Amount__c"),
    fields.money("Influenced_Amount__c"),
    fields.money("Avg_Deal_Size__c"),
    fields.money("Avg_Credit__c"),
    fields.percent("Win_Rate__c"),
    fields.count("Decided_Count__c"),
    fields.money("Investment_Amount__c"),
    fields.number("Roi__c", scale=4),
)
_TIER_INFLUENCE = _summary(
    "Partner_Tier_Influence__c",
    "a08",
    "PTI-{0000000}",
    fields.string("Tier__c", 40),
    fields.count("Partner_Count__c"),
    fields.percent("Pct_Of_Influenced__c"),
    fields.money("Avg_Per_Partner__c"),
)
_TYPE_SUMMARY = _summary(
    "Influence_Type_Summary__c",
    "a09",
    "ITS-{0000000}",
    fields.string("Influence_Type__c", 40),
    fields.money("Avg_Deal_Size__c"),
    fields.percent("Pct_Of_Influenced__c"),
)

OBJECTS: tuple[SObject, ...] = (
    _USER, _ACCOUNT, _OPPORTUNITY, _OPPORTUNITY_HISTORY, _RATE, _PARTNER_ACTIVITY, _INTEGRATION, _REGISTRATION,
    _INVESTMENT, _OVERRIDE, _TARGET, _PARTNER_INFLUENCE, _TIER_INFLUENCE, _TYPE_SUMMARY,
)  # fmt: skip
