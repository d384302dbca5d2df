/// @file
/// A queue as a tube, with what is in it; what was taken out is still to be seen, but faintly.
#pragma once

#include <string>

#include "scenarios/report/graphs/pinned_graph.h"
#include "scenarios/report/graphs/traffic.h"

namespace workbench::scenarios {

/// Where what was pushed first is: at the end at which the tube is left.
enum class TubeExit { below, above, left };

/// Draws a tube. One that is left to the side is wide enough for two items and the number of those
/// between; the others have room for as many as their height allows.
void draw_tube(PinnedGraph& graph, const std::string& name, const QueueContents& queue,
               PinArea area, TubeExit exit);

/// `7 in, 5 out`.
std::string balance_of(const QueueContents& queue);

}  // namespace workbench::scenarios
