workbench watch --fail-idle --junit watch.xml --markdown "$GITHUB_STEP_SUMMARY" -- make check
