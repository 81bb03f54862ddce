"""The steps whose data are big, on Apache Spark: the same SQL and the same scoring functions as on one machine.

What Spark writes is Parquet in the run's folder, which DuckDB reads through views; all that follows stays as it is.
PySpark is an optional extra: nothing here is imported unless the setting asks for it.
"""
