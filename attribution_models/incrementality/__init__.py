"""Incrementality: what partner involvement added, compared with deals that could as well have been touched.

``deals`` reads one row per decided deal, ``touching`` learns how likely a deal was to be touched while it lived,
``effect`` compares touched with untouched ones, ``sensitivity`` asks what an unseen reason could do to the answer,
``balance`` shows how alike the compared deals are, ``arms`` says who is compared, ``study`` puts it together.
"""
