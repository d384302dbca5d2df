#!/bin/sh
# docs/capture_peers.sh BUILD: renews docs/captured/all_subjects.txt, the summary of all peers that are on this
# machine. Takes minutes, and shows what is there; so it is called by hand.
set -eu
build=$(realpath "$1")
cd "$(dirname "$0")"
{
  echo '$ workbench compare --all-subjects'
  "$build/scenarios/workbench" compare --all-subjects 2>/dev/null | sed -n '/^subject  /,/^$/p'
} >captured/all_subjects.txt
