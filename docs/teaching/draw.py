#!/usr/bin/env python3
"""Draws the scenarios of drawings.md from runs, and puts them on one page:

    draw.py WORKBENCH PAGE.html
"""
import html
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
STYLE = ("body{font:18px sans-serif;max-width:60rem;margin:auto;padding:1rem;background:#fff;color:#222}"
         "svg,img{max-width:100%;height:auto}section{break-inside:avoid;margin-bottom:3rem}")


def drawings():
    """(scenario, what to point at), from the table of drawings.md."""
    return re.findall(r"^\| ([a-z-]+) \| (.+) \|$", (HERE / "drawings.md").read_text(), re.M)


def drawn(workbench, scenario):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "timeline.svg"
        subprocess.run([workbench, "compare", scenario, "--timeline", file], check=True, stdout=subprocess.DEVNULL)
        return file.read_text()


def main():
    workbench, page = sys.argv[1], pathlib.Path(sys.argv[2])
    sections = []
    for scenario, point in drawings():
        if scenario == "drawing":
            continue
        svg = re.sub(r"^<\?xml.*?\?>\s*", "", drawn(workbench, scenario))
        sections.append(f"<section><h2>{html.escape(scenario)}</h2><p>{html.escape(point)}</p>{svg}</section>")
    page.write_text("<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Drawings</title>"
                    "<meta name=\"viewport\" content=\"width=device-width\">"
                    f"<style>{STYLE}</style></head><body><h1>Drawings from runs</h1>{''.join(sections)}</body></html>\n")
    print(f"{len(sections)} drawings")


if __name__ == "__main__":
    main()
