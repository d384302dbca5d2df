# Writes all of its input to a filter before it reads the first line of the output. The filter waits
# until somebody reads, and does not read on: both pipes are full.
use strict;
use warnings;
use IPC::Open2;

my $filter = open2(my $from, my $to, 'cat');
print $to "a line\n" for 1 .. 100_000;
close $to;
my @lines = <$from>;
waitpid $filter, 0;
