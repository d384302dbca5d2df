/// @file
/// The version of the workbench, as semver.org has it. The build reads it from here.
///
/// Until 1.0 a minor version may change any interface, and no two versions are compatible as
/// binaries: the pools are templates that are compiled into the program that uses them, so a
/// program and its workbench::core must be of the same version (and of the same standard library).
#pragma once

#define WORKBENCH_VERSION_MAJOR 0
#define WORKBENCH_VERSION_MINOR 3
#define WORKBENCH_VERSION_PATCH 0
