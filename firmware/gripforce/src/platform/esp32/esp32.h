// ESP32 with Espressif's core: a UART through the board's USB bridge, and BLE. The radio's tasks have
// the other processor; the sketch's loop has its own.
#pragma once

#include <Arduino.h>
#include <esp_partition.h>
#include <esp_system.h>
#include <esp_task_wdt.h>
#include <string.h>

#include "../../board/flash_log.h"
#include "../../board/serial_port.h"
#include "../../board/two_links.h"
#include "../../core/messages.h"
#include "esp32_radio.h"

namespace gripforce {

struct UartPort : SerialPort<false> {
  static void begin(uint32_t baud) {
    Serial.setRxBufferSize(1024);
    Serial.setTxBufferSize(4096);
    SerialPort<false>::begin(baud);
  }
};

// The first two sectors of the data partition, which the sketch makes no file system of. An upload
// writes the partition of the sketch.
class EspFlash : public Flash {
 public:
  bool begin() override {
    data_ = esp_partition_find_first(ESP_PARTITION_TYPE_DATA, ESP_PARTITION_SUBTYPE_DATA_SPIFFS, nullptr);
    return data_ != nullptr && data_->size >= 2 * kPageBytes;
  }
  bool read(uint32_t at, uint32_t* word) override {
    return esp_partition_read(data_, at, word, sizeof *word) == ESP_OK;
  }
  bool program(uint32_t at, uint32_t word) override {
    return esp_partition_write(data_, at, &word, sizeof word) == ESP_OK;
  }
  bool erase(uint32_t page) override {
    return esp_partition_erase_range(data_, page, kPageBytes) == ESP_OK;
  }

 private:
  const esp_partition_t* data_ = nullptr;
};

class EspStorage : public FlashLog {
 public:
  EspStorage() : FlashLog(flash_) {}

 private:
  EspFlash flash_;
};

typedef TwoLinks<UartPort, EspRadio> ThisLink;
typedef EspStorage ThisStorage;

// The address of the radio, which the factory gave the chip.
inline void read_uid(uint8_t* uid) {
  const uint64_t mac = ESP.getEfuseMac();
  memcpy(uid, &mac, kUidBytes);
  uid[6] = uid[4];  // its last two bytes tell boards apart, also in the name on air
  uid[7] = uid[5];
}
inline void load_uid(Storage&, uint8_t* uid) { read_uid(uid); }

inline uint16_t reset_flags() {
  switch (esp_reset_reason()) {
    case ESP_RST_PANIC:
    case ESP_RST_INT_WDT:
    case ESP_RST_TASK_WDT:
    case ESP_RST_WDT: return kWatchdogReset;
    case ESP_RST_BROWNOUT: return kBrownOutReset;
    default: return 0;
  }
}

// A watchdog of tasks, in software on a timer of the chip: it ends with the reset into the boot loader.
inline void start_watchdog() {
#if WATCHDOG
#if ESP_IDF_VERSION_MAJOR < 5
  esp_task_wdt_init(4, true);
#else
  const esp_task_wdt_config_t config = {4000, 0, true};
  esp_task_wdt_reconfigure(&config);
#endif
  esp_task_wdt_add(nullptr);
#endif
}
inline void feed_watchdog() {
#if WATCHDOG
  esp_task_wdt_reset();
#endif
}

inline bool supply_is_sound() { return true; }
inline void rest_unless(bool (*work_waits)()) {
  if (!work_waits()) yield();
}
inline void wake_sampler() {}

// Interrupts of this processor, and a lock against the other one.
inline portMUX_TYPE* interrupt_lock() {
  static portMUX_TYPE lock = portMUX_INITIALIZER_UNLOCKED;
  return &lock;
}
inline uint32_t interrupts_off() {
  portENTER_CRITICAL_SAFE(interrupt_lock());
  return 0;
}
inline void interrupts_as(uint32_t) { portEXIT_CRITICAL_SAFE(interrupt_lock()); }

}  // namespace gripforce
