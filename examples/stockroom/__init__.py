"""A stockroom on one SQLite file with several processes at work on the same items; run
`python -m examples.stockroom`.
"""
