"""Ways onto a board: mip, circup, the archives, frozen."""
