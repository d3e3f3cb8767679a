"""A module at this PC: is it there, what is wrong, and the chores.

    python3 -m espat_host --port /dev/ttyUSB0 check
    python3 -m espat_host --port socket://127.0.0.1:7000 scan        the simulated module of `make sim`
"""

import argparse
import sys

import serial

from espat_host import commands


def _parser():
    ask = argparse.ArgumentParser(prog="espat_host", description="An ESP-AT module at this PC.")
    ask.add_argument("--port", required=True, help="/dev/ttyUSB0, COM3, or socket://HOST:PORT")
    ask.add_argument("--baud", type=int, default=115200, help="the module's rate (115200)")
    ask.add_argument("--flow", action="store_true", help="RTS and CTS of the adapter are wired")
    jobs = ask.add_subparsers(dest="job", required=True)
    jobs.add_parser("check", help="is a module there; if not, why, and what to do")
    job = jobs.add_parser("baud", help="change its rate for good")
    job.add_argument("rate", type=int)
    job.add_argument("--set-flow", type=int, default=0, choices=range(4), help="0 none, 1 RTS, 2 CTS, 3 both")
    job = jobs.add_parser("restore", help="factory settings")
    job.add_argument("--yes", action="store_true", help="do not ask")
    job = jobs.add_parser("certificate", help="put a PEM or DER file into its store")
    job.add_argument("file")
    kinds = [who + what for who in ("client_", "server_", "mqtt_", "https_", "wss_") for what in ("ca", "cert", "key")]
    job.add_argument("--kind", default="client_ca", choices=kinds)
    job.add_argument("--slot", type=int, default=0)
    jobs.add_parser("scan", help="access points in reach")
    job = jobs.add_parser("join", help="join one of them; the password is asked for, or $ESPAT_PASSWORD")
    job.add_argument("ssid")
    job.add_argument("--password-file")
    job.add_argument("--save", action="store_true", help="also after its next start")
    job = jobs.add_parser("ota", help="new firmware: a file, a URL, or the newest of Espressif's server")
    job.add_argument("source", nargs="?")
    job.add_argument("--version", help="such as v3.4.0.0, of Espressif's server")
    job.add_argument("--secure", action="store_true", help="over HTTPS")
    job.add_argument("--address", help="of this PC, as the module sees it")
    job.add_argument("--ssid", help="join this network first")
    job.add_argument("--password-file")
    jobs.add_parser("terminal", help="talk to it by hand")
    return ask


def main(arguments=None):
    """Exit code: 0 done, 1 not, with a sentence on stderr."""
    options = _parser().parse_args(arguments)
    try:
        return getattr(commands, options.job)(options)
    except commands.Refused as e:
        print(e, file=sys.stderr)
    except serial.SerialException as e:
        print("The port %s does not work: %s. Is the adapter plugged in, and may you use it (group dialout)?" %
              (options.port, e), file=sys.stderr)
    except commands.espat.AtTimeout:
        print("No answer. `check` finds out why.", file=sys.stderr)
    except OSError as e:
        print("It was refused: %s." % e, file=sys.stderr)
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
