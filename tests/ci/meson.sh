meson setup build
meson test -C build --wrapper "workbench watch --" --print-errorlogs
