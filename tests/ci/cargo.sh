export CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="workbench watch --"
cargo test -- --test-threads=1
