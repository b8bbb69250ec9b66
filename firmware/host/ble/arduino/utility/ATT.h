// Of ArduinoBLE's inside: the MTU of a connection, by its handle.
#pragma once

#include <stdint.h>

class ATTClass {
 public:
  bool connected(uint16_t handle) const;
  uint16_t mtu(uint16_t handle) const;
};

extern ATTClass& ATT;
