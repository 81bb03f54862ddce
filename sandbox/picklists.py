"""The values that the local CRM's picklists offer, and that the simulator draws from."""

CURRENCIES = ("USD", "EUR", "GBP", "CAD", "JPY", "AUD", "BRL")
SEGMENTS = ("Enterprise", "Mid-Market", "SMB")
REGIONS = ("North America", "EMEA", "APAC", "LATAM")
CATEGORIES = ("sourced", "influenced", "direct")
STAGES = (
    "Prospecting",
    "Qualification",
    "Discovery",
    "Evaluation",
    "Proposal",
    "Negotiation",
    "Closed Won",
    "Closed Lost",
)
LEAD_SOURCES = ("Web", "Inbound Call", "Outbound", "Trade Show", "Webinar", "Employee Referral", "Partner Referral")
PARTNER_TYPES = ("Technology", "Reseller", "Distributor", "Referral", "System Integrator", "Agency", "Marketplace")
TIERS = ("Platinum", "Gold", "Silver", "Bronze")
ACTIVITY_TYPES = (
    "Referral Submitted",
    "Co-Sell Initiated",
    "Intro Made",
    "Joint Call",
    "Content Shared",
    "Integration Enabled",
    "Marketplace Lead",
    "Services Delivered",
)
PERIOD_GRAINS = ("month", "quarter", "year")
INFLUENCE_TYPES = (
    "sourced",
    "co_sell",
    "referral",
    "integration_driven",
    "assisted",
    "marketplace",
    "services",
    "accelerated",
)
