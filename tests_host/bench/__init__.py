"""`make bench`: what espat costs and how fast it is, on an emulated Pico and on this machine; writes docs/benchmark.md."""
