// The ATmega328P's EEPROM, and the number that a chip without one draws.
#pragma once

#include "../../board/storage.h"

namespace gripforce {

class Eeprom : public Storage {
 public:
  bool begin() { return true; }
  uint8_t read(uint16_t address) override;
  void write(uint16_t address, uint8_t value) override;
};

// The board's own number: drawn at its first start, the same from then on.
void load_uid(Storage& storage, uint8_t* uid);

}  // namespace gripforce
