#include "scenarios/cli.h"

int main(int argc, char** argv) { return workbench::scenarios::run_cli(argc, argv); }
