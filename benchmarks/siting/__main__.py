"""Command line of the suite."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from benchmarks.siting.family import NETWORKS, world
from benchmarks.siting.measure import certify, reroute
from benchmarks.siting.page import write_page


def main() -> None:
    """Run one of the two measurements and append its rows, or write the page of results."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.siting", description=__doc__)
    parser.add_argument("what", choices=("certify", "reroute", "page"))
    parser.add_argument("rows", type=Path, nargs="*", help="rows that page reads")
    parser.add_argument("--network", default=",".join(NETWORKS))
    parser.add_argument("--seeds", default="0,1,2", help="seeds of certify")
    parser.add_argument("--draws", type=int, default=20, help="draws of reroute per network")
    parser.add_argument("--first", type=int, default=0, help="first seed of reroute")
    parser.add_argument("--sites", type=int, default=100)
    parser.add_argument("--consumers", type=int, default=150)
    parser.add_argument("--goods", type=float, default=0.03)
    parser.add_argument("-p", type=int, default=1)
    parser.add_argument("-o", "--out", type=Path, required=True)
    asked = parser.parse_args()
    if asked.what == "page":
        write_page(asked.rows, asked.out)
        return
    for name in asked.network.split(","):
        place = world(name)
        if asked.what == "certify":
            jobs = [int(seed) for seed in asked.seeds.split(",")]
        else:
            jobs = list(range(asked.first, asked.first + asked.draws))
        for seed in jobs:
            size = {"sites": asked.sites, "consumers": asked.consumers}
            if asked.what == "certify":
                row = certify(place, seed, **size, goods=asked.goods)
            else:
                row = reroute(place, seed, **size, p=asked.p)
            with asked.out.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row, default=float) + "\n")
            print(json.dumps(row, default=float), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
