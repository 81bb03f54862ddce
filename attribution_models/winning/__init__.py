"""The model of winning behind ``ai_weighted``: which touchpoints go with won deals, and by how much.

The logit of winning is what was known of the deal, plus the dose of each of its touchpoints times the effect of its
kind. ``doses`` says what a touchpoint is and how much of it is left at the close, ``evidence`` packs that by deal,
``design`` makes it rows of numbers, ``likelihood`` and ``averaging`` learn from them, ``published`` tells what was
learned, ``terms`` says what made one score.
"""
