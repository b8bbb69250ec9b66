// The calls of Arduino's Wire library that the motion sensor's bus makes.
#pragma once

#include <Arduino.h>

class MbedI2C {
 public:
  void begin();
  void setClock(uint32_t frequency);
  void beginTransmission(uint8_t device);
  size_t write(uint8_t byte);
  uint8_t endTransmission(bool stop = true);
  size_t requestFrom(uint8_t device, size_t size);
  int read();
};

extern MbedI2C Wire, Wire1;
