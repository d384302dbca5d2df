make check LAUNCHER="workbench watch --"
