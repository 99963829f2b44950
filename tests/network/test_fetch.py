"""Downloads, against a server of our own: what is asked, what is kept, what goes wrong."""

from __future__ import annotations

import gc
import json
import socket
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import shapely
from small_maps import LAT, LON

from logistique.errors import InvalidInputError
from logistique.network.overpass import download, query_of
from logistique.network.place import area_of_place
from logistique.pipeline import FetchRequest, fetch_network

BOX = (LON - 0.001, LAT - 0.001, LON + 0.01, LAT + 0.01)


def answer() -> dict[str, Any]:
    """A block of four streets, as Overpass answers."""
    spots = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1)}
    nodes = [
        {"type": "node", "id": i, "lon": LON + x * 0.0015, "lat": LAT + y * 0.001}
        for i, (x, y) in spots.items()
    ]
    way = {"type": "way", "id": 9, "nodes": [1, 2, 3, 4, 1], "tags": {"highway": "residential"}}
    return {"version": 0.6, "elements": [*nodes, way]}


class Server:
    """Answers from a list of (status, headers, body), the last one for ever."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[str] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                size = int(self.headers["Content-Length"])
                outer.asked.append(urllib.parse.parse_qs(self.rfile.read(size).decode())["data"][0])
                self._reply()

            def do_GET(self) -> None:
                outer.asked.append(self.path)
                self._reply()

            def _reply(self) -> None:
                first = outer.answers[0]
                status, headers, body = outer.answers.pop(0) if outer.answers[1:] else first
                self.send_response(status)
                for key, value in headers.items():
                    self.send_header(key, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.http = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.http.server_port}/api/interpreter"
        threading.Thread(target=self.http.serve_forever, daemon=True).start()

    def says(self, body: object, status: int = 200, **headers: str) -> None:
        text = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, {k.replace("_", "-"): v for k, v in headers.items()}, text))


@pytest.fixture
def server() -> Iterator[Server]:
    running = Server()
    yield running
    running.http.shutdown()
    running.http.server_close()


def test_what_is_asked() -> None:
    assert 'way["highway"](48.8490000,2.3490000,48.8600000,2.3600000)->.roads;' in query_of(
        shapely.box(*BOX)
    )
    triangle = shapely.Polygon([(2.3, 48.8), (2.4, 48.8), (2.3, 48.9)])
    query = query_of(triangle)
    assert 'poly:"48.800000 2.300000 48.800000 2.400000 48.900000 2.300000 48.8' in query
    assert 'rel(bw.roads)["type"="restriction"]' in query
    for area, said in (
        (shapely.box(48, 2, 49, 91), "are not degrees"),
        (shapely.box(2, 48, 3, 49), "at most 4,000 are asked"),
        (shapely.LineString([(2, 48), (3, 49)]), "expected a polygon"),
    ):
        with pytest.raises(InvalidInputError, match=said):
            query_of(area)


def test_the_answer_is_kept_with_its_hash_and_not_asked_twice(
    tmp_path: Path, server: Server
) -> None:
    server.says(answer())
    request = FetchRequest(None, BOX, None, tmp_path / "block.roads", server=server.address)
    network = fetch_network(request)
    assert network.graph.n_nodes == 2  # the way begins at 1; a loop is cut once in the middle
    assert network.report.km == pytest.approx(2 * 0.443, rel=0.01)
    kept = tmp_path / "block.overpass.json"
    assert json.loads(kept.read_bytes()) == answer()
    assert network.provenance.path == str(kept)
    network.provenance.check()
    fetch_network(request)
    assert len(server.asked) == 1
    fetch_network(FetchRequest(**{**request.__dict__, "again": True}))
    assert len(server.asked) == 2
    kept.write_bytes(kept.read_bytes() + b" ")
    with pytest.raises(InvalidInputError, match="has changed since it was read"):
        network.provenance.check()


def test_a_polygon_file(tmp_path: Path, server: Server) -> None:
    server.says(answer())
    shape = {
        "type": "Polygon",
        "coordinates": [[[2.3, 48.8], [2.4, 48.8], [2.3, 48.9], [2.3, 48.8]]],
    }
    collection = {
        "type": "FeatureCollection",
        "features": [{"type": "Feature", "properties": {}, "geometry": shape}],
    }
    (tmp_path / "a.geojson").write_text(json.dumps(collection))
    output = tmp_path / "a.roads"
    fetch_network(FetchRequest(None, None, tmp_path / "a.geojson", output, server=server.address))
    assert 'poly:"' in server.asked[0]
    with pytest.raises(InvalidInputError, match="cannot be read"):
        fetch_network(FetchRequest(None, None, tmp_path / "none.geojson", tmp_path / "b.roads"))
    with pytest.raises(InvalidInputError, match="give a place, a file of roads"):
        fetch_network(FetchRequest(None, None, None, tmp_path / "b.roads"))
    with pytest.raises(InvalidInputError, match=r"must end in \.roads"):
        fetch_network(FetchRequest(None, BOX, None, tmp_path / "b.txt"))


def test_a_busy_server_is_asked_again(tmp_path: Path, server: Server) -> None:
    waited: list[float] = []
    server.says(b"", 429, Retry_After="7")
    server.says(b"", 504)
    server.says(answer())
    path = download(
        shapely.box(*BOX), tmp_path / "x.json", server=server.address, pause=waited.append
    )
    assert waited == [7.0, 15.0]
    assert json.loads(path.read_bytes()) == answer()
    server.answers.clear()
    server.says(b"", 429)
    with pytest.raises(InvalidInputError, match="answers 429") as error:
        download(shapely.box(*BOX), tmp_path / "y.json", server=server.address, pause=waited.append)
    assert "it is busy" in str(error.value)
    assert not (tmp_path / "y.json").exists()


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        (b"no such query", 400, "answers 400"),
        (b"<html>maintenance</html>", 200, "is not JSON"),
        ({"elements": [], "remark": "runtime error: Query timed out"}, 200, "broke the answer off"),
        ({"elements": []}, 200, "knows no road in this area"),
    ],
)
def test_answers_that_are_no_roads(
    tmp_path: Path, server: Server, body: object, status: int, said: str
) -> None:
    server.says(body, status)
    with pytest.raises(InvalidInputError, match=said):
        download(shapely.box(*BOX), tmp_path / "x.json", server=server.address)
    assert list(tmp_path.iterdir()) == []


def test_offline_is_said_in_words(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(InvalidInputError, match="cannot be reached") as error:
        download(shapely.box(*BOX), tmp_path / "x.json", server=f"http://127.0.0.1:{port}/")
    assert error.value.findings[0].check == "offline"
    assert "logistique network fetch FILE.osm.pbf" in str(error.value)
    with pytest.raises(InvalidInputError, match="is not an http address"):
        download(shapely.box(*BOX), tmp_path / "x.json", server="file:///etc/passwd")


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_names_of_places(server: Server) -> None:
    osmnx = pytest.importorskip("osmnx")
    before = osmnx.settings.nominatim_url, osmnx.settings.use_cache
    ring = [[2.3, 48.8], [2.4, 48.8], [2.4, 48.9], [2.3, 48.8]]
    place = {
        "lat": "48.85", "lon": "2.35", "display_name": "Petit", "importance": 0.5,
        "boundingbox": ["48.8", "48.9", "2.3", "2.4"],
        "geojson": {"type": "Polygon", "coordinates": [ring]},
    }  # fmt: skip
    server.says([place])
    address = server.address.removesuffix("api/interpreter")
    area = area_of_place("Petit, France", server=address)
    assert shapely.get_coordinates(area).tolist() == ring
    assert "Petit" in server.asked[0]
    server.answers.clear()
    server.says([])
    with pytest.raises(InvalidInputError, match="is no known area"):
        area_of_place("Nowhere", server=address)
    assert (osmnx.settings.nominatim_url, osmnx.settings.use_cache) == before
    gc.collect()  # requests leaves its sockets to the collector
