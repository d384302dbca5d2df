cmake -B build -D "CMAKE_CROSSCOMPILING_EMULATOR=workbench;watch;--"
cmake --build build
ctest --test-dir build --output-on-failure
