#if !defined(__AVR__)

#include "two_links.h"

#include "flash_log.h"

namespace gripforce {

namespace {

// "GF-3C91": the end of the board's own number tells a laboratory's devices apart.
const char* name_on_air() {
  static char name[] = "GF-0000";
  uint8_t uid[kUidBytes];
  read_uid(uid);
  for (uint8_t i = 0; i < 4; ++i) {
    const uint8_t byte = uid[kUidBytes - 2 + i / 2];
    name[3 + i] = "0123456789ABCDEF"[i % 2 == 0 ? byte >> 4 : byte & 15];
  }
  return name;
}

}  // namespace

void TwoLinks::begin(uint32_t) {
  usb_.begin();
  ble_.begin(name_on_air());  // without a radio the cable remains
}

void TwoLinks::poll() {
  ble_.poll();
  usb_.poll();
}

void TwoLinks::send(const Frame& frame, uint8_t number) {
  if (number == kBle) {
    ble_.send(frame);
  } else {
    usb_.send(frame);
  }
}

}  // namespace gripforce

#endif
