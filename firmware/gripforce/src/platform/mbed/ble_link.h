// BLE: one characteristic that notifies the frames, one that commands are written to.
//
// The same calls as SerialLink has, and flush().
#pragma once

#include <stdint.h>

#include "../../board/inbox.h"
#include "../../board/notifications.h"

namespace gripforce {

class BleLink : public Notifications<BleLink> {
 public:
  // False where there is no radio.
  bool begin(const char* name);
  // Lets the radio work; to be called without pause.
  void poll();
  bool connected() const;
  // False where the radio has no room now.
  bool show_battery(uint8_t percent);
  Inbox& inbox();

 private:
  friend class Notifications<BleLink>;
  uint8_t room() const;
  bool notify(uint8_t* bytes, uint8_t size);
};

}  // namespace gripforce
