cmake -B build -D "CMAKE_TEST_LAUNCHER=workbench;watch;--"
cmake --build build
ctest --test-dir build --output-on-failure
