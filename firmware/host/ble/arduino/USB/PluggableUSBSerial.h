// The board's own USB port of Arduino's mbed core, as far as the link uses it.
#pragma once

#include <stdint.h>

// arduino::USBSerial, which has these two from mbed's USBCDC.
class USBSerial {
 public:
  bool connected();
  void send_nb(uint8_t* buffer, uint32_t size, uint32_t* actual, bool now = true);
};

extern USBSerial _SerialUSB;
