"""The search of `geo.borders` as machine code, for millions of fixes; imported only for such work.

What it does is what `Border.nearest` does, and each is the other's test.

`ground` has the ellipsoid, `feet` one arc, `tree` all arcs, `memory` what one search leaves for the
next. `fixes`, `sides`, `legs` and `paths` are what `geo.engine` calls; each is compiled when it is
first imported on a machine. Everything here takes plain arrays and says nothing. Lengths are
metres, angles degrees.
"""
