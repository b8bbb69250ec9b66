// BLE of an ESP32, by Espressif's own library: one characteristic that notifies the frames, one that
// commands are written to, and the battery's standard service.
#pragma once

#include <stdint.h>

#include "../../board/inbox.h"
#include "../../board/notifications.h"

namespace gripforce {

class EspRadio : public Notifications<EspRadio> {
 public:
  bool begin(const char* name);
  // Takes in what has come and sends what fits; to be called without pause.
  void poll();
  bool connected() const;
  // False where the radio has no room now.
  bool show_battery(uint8_t percent);
  Inbox& inbox() { return inbox_; }

 private:
  friend class Notifications<EspRadio>;
  uint8_t room() const;
  bool notify(uint8_t* bytes, uint8_t size);

  Inbox inbox_;
};

}  // namespace gripforce
