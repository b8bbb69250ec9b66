#include "watch.h"

#include "bytes.h"

namespace gripforce {

void Watch::arm(const uint8_t* args) {
  stream_ = args[0];
  added_ = args[1];
  subtracted_ = args[2];
  rising_ = args[3] != 0;
  first_ = get32(args + 4);
  line_ = args[8];
  second_ = get16(args + 9);
  state_ = (added_ | subtracted_) == 0 ? kOff : kBeyond;  // until a sample is not
}

bool Watch::fires(uint8_t stream, const uint8_t* sample, uint8_t width) {
  if ((state_ != kBeyond && state_ != kArmed) || stream != stream_) return false;
  int32_t sum = 0;
  uint8_t added = added_, subtracted = subtracted_;
  for (; (added | subtracted) != 0; sample += width) {
    uint32_t bits = sample[width - 1] < 0x80 ? 0 : 0xFFFFFFFF;
    for (uint8_t i = width; i-- > 0;) bits = bits << 8 | sample[i];
    const int32_t counts = static_cast<int32_t>(bits);
    if ((added & 1) != 0) sum += counts;
    if ((subtracted & 1) != 0) sum -= counts;
    added = static_cast<uint8_t>(added >> 1);
    subtracted = static_cast<uint8_t>(subtracted >> 1);
  }
  const int32_t level = static_cast<int32_t>(first_);
  const bool beyond = rising_ ? sum >= level : sum <= level;
  const bool was_armed = state_ == kArmed;
  if (!beyond) state_ = kArmed;
  return beyond && was_armed;
}

}  // namespace gripforce
