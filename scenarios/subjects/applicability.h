/// @file
/// Can a subject host what a scenario asks for?
///
/// Our own pools can host everything: they use our queues and workers, and a fault can strike in
/// each of them. Of any other pool we have the action alone. If a scenario asked for more, it would
/// be run without its fault, and would say nothing.
#pragma once

#include <string>

#include "scenarios/model/scenario.h"
#include "scenarios/subjects/subject.h"

namespace workbench::scenarios {

/// Why the scenario cannot be run with this subject; empty if it can.
std::string why_not_applicable(const Scenario& scenario, const Subject& subject);

}  // namespace workbench::scenarios
