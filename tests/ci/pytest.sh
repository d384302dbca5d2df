workbench watch -- python3 -m pytest
