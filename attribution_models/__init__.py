"""The pure core: the policy, the models that score touchpoints, and the allocator that divides a deal's cents.

No input or output happens here, no clock is read, no warehouse is known: callers pass columns in and get columns back.
"""
