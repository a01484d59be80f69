"""The pipeline: `read` is one page's way from bytes to record, `crawl` the way of many links to outcomes."""
