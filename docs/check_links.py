#!/usr/bin/env python3
"""Ends with 1 if a page of the generated documentation has a link, or shows a picture, that leads nowhere:

    check_links.py HTML_DIR

Links to other sites are not followed.
"""
import html.parser
import pathlib
import sys
import urllib.parse


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.links, self.anchors = set(), set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            if key in ("id", "name") and value:
                self.anchors.add(value)
            elif key in ("href", "src", "data") and value:
                self.links.add(value)


def main():
    folder = pathlib.Path(sys.argv[1])
    pages = {file.name: Page(file.read_text(errors="replace")) for file in folder.glob("*.html")}
    broken = []
    for name, page in sorted(pages.items()):
        for link in sorted(page.links):
            target = urllib.parse.urlsplit(link)
            # Doxygen itself points at a list of private types, and has none.
            if target.scheme or target.netloc or link in ("#", "#nested-classes"):
                continue
            file = urllib.parse.unquote(target.path) or name
            if file not in pages and not (folder / file).exists():
                broken.append(f"{name}: {link}")
            elif target.fragment and file in pages:
                if urllib.parse.unquote(target.fragment) not in pages[file].anchors:
                    broken.append(f"{name}: {link} (no such place there)")
    print("\n".join(broken) if broken else f"{len(pages)} pages, no broken link")
    sys.exit(1 if broken or not pages else 0)


main()
