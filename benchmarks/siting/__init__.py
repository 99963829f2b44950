"""Suite ``congested-siting``: hubs whose vehicles delay everybody, on networks with traffic.

python -m benchmarks.siting certify --network SiouxFalls,Anaheim --seeds 0,1 --out rows.jsonl
python -m benchmarks.siting reroute --network SiouxFalls --draws 40 --out rows.jsonl
"""
