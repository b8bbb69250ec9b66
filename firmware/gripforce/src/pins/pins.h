// The pin table of the board: the one that the IDE's menu names, or BOARD_... on the command line.
//
// A new board: a table beside these, and its line here. What a table defines is in docs/boards.md.
#pragma once

#if defined(ARDUINO_AVR_UNO) || defined(ARDUINO_AVR_NANO) || defined(BOARD_UNO)
#include "uno.h"
#elif defined(ARDUINO_ARDUINO_NANO33BLE) || defined(ARDUINO_NANO33BLE) || defined(BOARD_NANO33BLE)
#include "nano33ble.h"
#elif defined(ARDUINO_SEEED_XIAO_NRF52840) || defined(ARDUINO_SEEED_XIAO_NRF52840_SENSE) || defined(BOARD_XIAO)
#include "xiao.h"
#elif defined(ARDUINO_RASPBERRY_PI_PICO) || defined(BOARD_PICO)
#include "pico.h"
#elif defined(ARDUINO_ESP32_DEV) || defined(BOARD_ESP32)
#include "esp32.h"
#elif defined(ARDUINO_UNOR4_MINIMA) || defined(BOARD_UNOR4)
#include "unor4.h"
#elif defined(ARDUINO_UNOR4_WIFI) || defined(BOARD_UNOR4WIFI)
#include "unor4wifi.h"
#elif defined(ARDUINO_TEENSY40) || defined(BOARD_TEENSY40)
#include "teensy40.h"
#else
#error "no pin table of this board in src/pins/: see docs/boards.md"
#endif
