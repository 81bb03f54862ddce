"""A local CRM: a server that speaks Salesforce's REST protocol on loopback, and believable data with known truth.

Nothing here is used against a real CRM. The pipeline reaches it as it reaches Salesforce, through the real client.
"""
