"""The checks that SQL inside dbt cannot ask: of what landed, of the credits, of the marts, of what is about to be sent.

DuckDB counts, Great Expectations judges a frame of one row per gate, people read the result. Nothing is changed here.
"""
