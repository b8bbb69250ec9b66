// What the object's cells can bear, as config.h declares it.
#pragma once

#include "../../config.h"
#include "../core/messages.h"

namespace gripforce {

constexpr uint16_t capacity_of(uint8_t kind) {
  return kind == kGripThumb || kind == kGripIndex   ? GRIP_CAPACITY_DN
         : kind == kLoadThumb || kind == kLoadIndex ? LOAD_CAPACITY_DN
                                                    : 0;
}

}  // namespace gripforce
