// The calls of Arduino's SPI library that the converter's driver makes.
#pragma once

#include <Arduino.h>

enum BitOrder { LSBFIRST = 0, MSBFIRST = 1 };
enum SPIMode { SPI_MODE0 = 0, SPI_MODE1 = 1 };

class SPISettings {
 public:
  SPISettings(uint32_t clock, BitOrder, SPIMode mode) : clock_hz(clock), spi_mode(mode) {}
  const uint32_t clock_hz;
  const SPIMode spi_mode;
};

class HardwareSPI {
 public:
  void begin();
  void beginTransaction(SPISettings settings);
  void endTransaction();
  void transfer(void* buffer, size_t size);
};

extern HardwareSPI SPI;
