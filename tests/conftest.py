"""What holds for every test: no time limits, and one thread for linear algebra, since tests run side by side."""

import os

# Read by BLAS when NumPy is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from hypothesis import settings

# A busy machine is not a wrong result.
settings.register_profile("untimed", settings.default, deadline=None)
settings.load_profile("untimed")
