# The child reads to the end of its pipe. The parent waits for the child, and holds the end of the
# pipe to which it would have to say that there is no more.
use strict;
use warnings;

pipe(my $reader, my $writer) or die $!;
my $child = fork() // die $!;
if ($child == 0) {
    close $writer;
    print while <$reader>;
    exit 0;
}
close $reader;
syswrite $writer, "a line\n";
waitpid $child, 0;
close $writer;
