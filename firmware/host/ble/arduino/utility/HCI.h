// Of ArduinoBLE's inside: how many packets the controller holds, private as there.
#pragma once

#include <stdint.h>

class HCIClass {
 public:
  void sent();                    // as sendAclPkt() counts
  void completed(uint16_t packets);  // as handleNumCompPkts() does
  bool is_full() const { return _pendingPkt >= _maxPkt; }

 private:
  uint8_t _maxPkt = 8;
  uint8_t _pendingPkt = 0;
};

extern HCIClass& HCI;
