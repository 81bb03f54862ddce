"""What holds for every test: Hypothesis sets no time limits, since a busy machine is not a wrong result."""

from hypothesis import settings

settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")
