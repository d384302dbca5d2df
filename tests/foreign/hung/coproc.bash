# Reads what `sort` prints, but has not closed the pipe to it. So `sort` waits for more.
coproc sort
printf '%s\n' pear apple >&"${COPROC[1]}"
read -r first <&"${COPROC[0]}"
echo "$first"
