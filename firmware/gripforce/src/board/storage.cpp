#include "storage.h"

namespace gripforce {

uint16_t count_boot(Storage& storage) {
  const uint16_t before =
      static_cast<uint16_t>(storage.read(kBootAt) | storage.read(kBootAt + 1) << 8);
  const uint16_t boot = static_cast<uint16_t>(before + 1);  // an erased one begins at 0
  storage.write(kBootAt, static_cast<uint8_t>(boot));
  storage.write(kBootAt + 1, static_cast<uint8_t>(boot >> 8));
  return boot;
}

}  // namespace gripforce
