// What outlives the power: what is where, and the two things besides the calibration.
#pragma once

#include <stdint.h>

#include "../core/board.h"

namespace gripforce {

constexpr uint16_t kBootAt = 0;     // u16, counts resets
constexpr uint16_t kScratchAt = 8;  // written by the self-test
constexpr uint16_t kUidAt = 16;     // 8 bytes and their CRC
constexpr uint16_t kCalibrationAt = 64;
constexpr uint16_t kCalibrationCopyBytes = 240;
constexpr uint16_t kStorageBytes = kCalibrationAt + 2 * kCalibrationCopyBytes;
constexpr uint8_t kUidBytes = 8;

class Eeprom : public Storage {
 public:
  bool begin() { return true; }
  uint8_t read(uint16_t address) override;
  void write(uint16_t address, uint8_t value) override;
};

// Counts this start and tells its number.
uint16_t count_boot(Storage& storage);
// The board's own number: drawn at its first start, the same from then on.
void load_uid(Storage& storage, uint8_t* uid);

}  // namespace gripforce
