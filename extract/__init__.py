"""From a CRM or a folder of files to landed Parquet: the table contract, one connector per source, watermarks, landing.

Nothing here decides which rows count; that is SQL's work. A row is set aside only when a value can't be read or the
row has no key. No clock and no environment is read: times, clients and folders are arguments.
"""
