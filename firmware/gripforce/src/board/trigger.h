// Edges of the trigger input, stamped by an interrupt and kept until they are sent.
#pragma once

#include "../core/board.h"

namespace gripforce {

class Trigger {
 public:
  void begin();
  void restart();  // edges count from here
  bool take(Edge* edge);
};

}  // namespace gripforce
