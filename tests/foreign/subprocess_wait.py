"""Waits for a child before it reads what the child writes, which is more than a pipe in_flight."""
import subprocess

subprocess.Popen(["head", "-c", "1000000", "/dev/zero"], stdout=subprocess.PIPE).wait()
