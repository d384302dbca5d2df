"""Waits for the end of a command before it reads what the command has printed. That is more than a
pipe can hold, so the command waits for its reader: a circular wait."""
import subprocess


def output_of(command):
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    process.wait()
    return process.stdout.read()


print(len(output_of(["head", "-c", "1000000", "/dev/zero"])))
