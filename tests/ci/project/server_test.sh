#!/bin/sh
# Waits for a server that has nothing to do.
sleep 1000 &
wait
