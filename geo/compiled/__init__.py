"""The search of `geo.borders` as machine code, for millions of fixes; imported only for such work.

What it does is what `Border.nearest` does, and each is the other's test.

`ground` has the ellipsoid, `feet` one arc, `tree` all arcs, `memory` what one search leaves for the
next; `fixes`, `paths` and `sides` are what Python calls. Everything here takes plain arrays and
says nothing. Lengths are metres, angles degrees.
"""

from __future__ import annotations

from geo.compiled.fixes import nearest_along
from geo.compiled.paths import least_of_legs, least_of_path, sift, sift_legs
from geo.compiled.sides import inside

__all__ = ["inside", "least_of_legs", "least_of_path", "nearest_along", "sift", "sift_legs"]
