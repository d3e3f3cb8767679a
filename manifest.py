"""For freezing espat into a firmware: include("path/to/espat/manifest.py") in the board's own manifest."""

metadata(description="An ESP-AT module as a board's network card and Bluetooth radio", version="0.1.0", license="MIT")
package("espat", base_path="lib", opt=3)
