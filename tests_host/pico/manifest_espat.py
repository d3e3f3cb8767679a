# An image that has espat frozen in, as README.md advises for boards short of RAM.
include("manifest.py")
include("../../manifest.py")
