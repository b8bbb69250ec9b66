// What outlives the power: what is where, and the boot count.
#pragma once

#include <stdint.h>

#include "../core/board.h"

namespace gripforce {

constexpr uint16_t kBootAt = 0;     // u16, counts resets
constexpr uint16_t kScratchAt = 8;  // written by the self-test
constexpr uint16_t kUidAt = 16;     // 8 bytes and their CRC, where the chip has no number
constexpr uint16_t kCalibrationAt = 64;
constexpr uint16_t kCalibrationCopyBytes = 240;
constexpr uint16_t kStorageBytes = kCalibrationAt + 2 * kCalibrationCopyBytes;
constexpr uint8_t kUidBytes = 8;

// Counts this start and tells its number.
uint16_t count_boot(Storage& storage);
// The number that the factory gave the chip, where it gave one.
void read_uid(uint8_t* uid);

}  // namespace gripforce
