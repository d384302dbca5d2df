timeout --foreground "$SECONDS_AT_MOST" workbench watch -- ./server_test.sh
