"""A partner programme, simulated: vectorised in NumPy, seeded, with the true effect of each partner touchpoint known.

Nothing here knows of Salesforce: tables are parallel arrays, rows refer to each other by their position, times are
whole seconds since 1970 in UTC, money is in US dollars unless a name says otherwise.
"""
