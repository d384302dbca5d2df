// A file of the consumer's own, with the name of one of the workbench's.
#error "an installed header has included a file of the consumer's"
