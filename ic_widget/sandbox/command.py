"""``ic-widget sandbox``: the same from a terminal."""

from __future__ import annotations

import argparse
import sys
import time

from ic_widget.errors import ConfigurationError

from .faults import FAULTS, parse

__all__ = ["add_arguments", "main", "run"]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``ic-widget sandbox``."""
    parser.add_argument("--port", type=int, default=0, help="port to listen on (default: a free one)")
    parser.add_argument("--address", default="127.0.0.1", help="address to listen on (default: 127.0.0.1)")
    parser.add_argument("--allow-remote", action="store_true", help="allow an address that others can reach")
    parser.add_argument("--public-url", metavar="URL", help="where browsers reach it, if not at that address")
    parser.add_argument(
        "--catalogue", metavar="FILE", help="JSON list of integrations instead of the built-in apps"
    )
    parser.add_argument(
        "--tenants", type=_keys, metavar="KEY,KEY", help="only these tenants may come (default: any)"
    )
    parser.add_argument("--state", metavar="FILE", help="SQLite file that keeps connections over a restart")
    parser.add_argument(
        "--fault",
        action="append",
        default=[],
        metavar="NAME[=MILLISECONDS]",
        help=f"put a fault in force: {', '.join(FAULTS)}",
    )


def _keys(text: str) -> list[str]:
    keys = [key for key in map(str.strip, text.split(",")) if key]
    if not keys:
        raise argparse.ArgumentTypeError("name at least one tenant, or leave it out")
    return keys


def run(args: argparse.Namespace) -> int:
    """Runs a sandbox until it is interrupted; 2 if it could not start."""
    try:
        from . import Sandbox

        box = Sandbox(
            args.catalogue,
            args.port,
            address=args.address,
            allow_remote=args.allow_remote,
            public_url=args.public_url,
            tenants=args.tenants,
            state=args.state,
        )
        for name, value in parse(",".join(args.fault)).items():
            box.faults.set(name, value)
        box.start()
    except (ConfigurationError, ValueError) as error:
        print(f"ic-widget sandbox: {error}", file=sys.stderr)
        return 2
    with box:
        print(f"MEMBRANE_API_URI={box.url}")
        print(f"MEMBRANE_WORKSPACE_KEY={box.workspace_key}")
        print(f"MEMBRANE_WORKSPACE_SECRET={box.workspace_secret}")
        print(f"MEMBRANE_TENANT_KEY={args.tenants[0] if args.tenants else 'demo'}", flush=True)
        print(
            "Set these where your notebook runs, and ConnectWidget() uses this sandbox. Ctrl-C ends it.",
            file=sys.stderr,
        )
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            return 0


def main(argv: list[str] | None = None) -> int:
    """``python -m ic_widget.sandbox``"""
    parser = argparse.ArgumentParser(prog="ic-widget sandbox", description=__doc__)
    add_arguments(parser)
    return run(parser.parse_args(argv))
