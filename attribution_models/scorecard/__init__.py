"""Which model to believe: every model judged on deals that closed after its credit was given, and what follows from it.

Pure: rows of ``int_touch`` and ``int_journey`` in, tables out. The policy's section ``scorecard`` holds the numbers.
"""
