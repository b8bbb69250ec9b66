// SPI 0 at GP16, GP18 and GP19.
#pragma once

#include "Arduino.h"

enum BitOrder : uint8_t { LSBFIRST = 0, MSBFIRST = 1 };
constexpr uint8_t SPI_MODE1 = 1;

struct SPISettings {
  SPISettings(uint32_t, BitOrder, uint8_t way) : mode(way) {}
  uint8_t mode;
};

class SpiBus {
 public:
  void begin();
  void beginTransaction(const SPISettings& settings);
  void endTransaction() {}
  void transfer(void* bytes, size_t n);
};
extern SpiBus SPI;
