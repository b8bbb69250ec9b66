// Two links take turns: a command is read to its end, then it is the other's turn, if it has one.
#pragma once

#include <stdint.h>

#include "inbox.h"

namespace gripforce {

class CommandTurns {
 public:
  CommandTurns(Inbox& first, Inbox& second) : inboxes_{&first, &second} {}

  bool has_byte() {
    if (in_command_) return true;
    const uint8_t other = static_cast<uint8_t>(1 - reading_);
    if (inboxes_[other]->has_frame()) reading_ = other;
    return inboxes_[reading_]->has_frame();
  }
  uint8_t take_byte() {
    const uint8_t byte = inboxes_[reading_]->take();
    in_command_ = byte != 0;
    return byte;
  }
  // The link of the byte that was taken last.
  uint8_t number() const { return reading_; }
  uint32_t delimiter_tick() const { return inboxes_[reading_]->tick(); }
  bool lost_bytes() {
    const bool first = inboxes_[0]->lost_bytes();
    return inboxes_[1]->lost_bytes() || first;
  }

 private:
  Inbox* inboxes_[2];
  uint8_t reading_ = 0;
  bool in_command_ = false;
};

}  // namespace gripforce
