"""What apps call the parts of a list that comes in pages, in their public documentation."""

from __future__ import annotations

__all__ = [
    "ADDRESSES",
    "CURSORS",
    "INSIDE",
    "ITEMS",
    "LAST_PAGES",
    "MORE",
    "OFFSETS",
    "PAGES",
    "SIZES",
    "TOTALS",
]

ITEMS = (
    "items", "data", "results", "records", "value", "values", "entries", "elements", "objects", "nodes", "rows", "list",
)  # fmt: skip
ADDRESSES = (
    "next", "next_url", "nextUrl", "next_page", "nextPage", "next_page_url", "nextPageUrl", "nextPageLink", "nextLink",
    "next_link", "@odata.nextLink", "odata.nextLink", "nextRecordsUrl", "links.next", "links.next.href", "_links.next",
    "_links.next.href", "paging.next", "paging.next.link", "pagination.next", "pagination.next_url",
    "pagination.next_link", "meta.next", "meta.next_page_url", "meta.links.next",
)  # fmt: skip
CURSORS = {
    "nextCursor": "cursor",
    "next_cursor": "cursor",
    "response_metadata.next_cursor": "cursor",
    "meta.next_cursor": "cursor",
    "meta.nextCursor": "cursor",
    "pagination.next_cursor": "cursor",
    "pagination.nextCursor": "cursor",
    "paging.next_cursor": "cursor",
    "cursor": "cursor",
    "nextPageToken": "pageToken",
    "next_page_token": "page_token",
    "nextToken": "nextToken",
    "next_token": "next_token",
    "nextSyncToken": "syncToken",
    "paging.next.after": "after",
    "paging.cursors.after": "after",
    "pageInfo.endCursor": "after",
    "meta.after_cursor": "page[after]",
    "continuation": "continuation",
    "continuationToken": "continuationToken",
    "scroll_id": "scroll_id",
    "scrollId": "scrollId",
    "marker": "marker",
    "next_marker": "marker",
    "nextMarker": "marker",
    "offset": "offset",
    "next": "cursor",
    "nextPage": "page",
    "next_page": "page",
}
"""Where an answer has the cursor of the next page, and the parameter that takes it."""
PAGES = ("page", "pageNumber", "page_number", "pageNo", "page[number]", "p")
LAST_PAGES = (
    "pages",
    "totalPages",
    "total_pages",
    "pageCount",
    "page_count",
    "lastPage",
    "last_page",
    "num_pages",
)
OFFSETS = ("offset", "skip", "start", "startAt", "startIndex", "from", "$skip")
TOTALS = ("total", "totalCount", "total_count", "totalResults", "total_results", "count", "@odata.count")
SIZES = (
    "limit",
    "per_page",
    "perPage",
    "page_size",
    "pageSize",
    "page[size]",
    "size",
    "count",
    "maxResults",
    "$top",
)
MORE = (
    "has_more",
    "hasMore",
    "hasNextPage",
    "has_next_page",
    "pageInfo.hasNextPage",
    "more",
    "moreAvailable",
)
INSIDE = ("", "meta.", "pagination.", "paging.", "page_info.", "pageInfo.", "page.", "metadata.")
