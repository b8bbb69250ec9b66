// Seeed XIAO nRF52840 and XIAO nRF52840 Sense, with Seeed's mbed core. All its pins are of 3.3 V.
//
// Its pins are named, not numbered: Seeed's core moved D6 to D10 in 2023, when the battery's pin
// became number 6.
#pragma once

#define PLATFORM_MBED
#ifndef BOARD_LABEL
#define BOARD_LABEL "xiao"
#endif

#define PIN_ADC_CS D2  // SCK D8, MISO D9 and MOSI D10 are the SPI's own
#define PIN_ADC_DRDY D1
#define PIN_ADC_RESET D3
#define PIN_HX711_DOUT_1 D0
#define PIN_HX711_DOUT_2 D1
#define PIN_HX711_DOUT_3 D2
#define PIN_HX711_DOUT_4 D3
#define PIN_HX711_SCK_1 D6
#define PIN_HX711_SCK_2 D7
#define PIN_HX711_SCK_3 D8
#define PIN_HX711_SCK_4 D9
#ifdef FRONTEND_HX711
#define PIN_TRIGGER D10
#define PIN_TTL_OUT D4
#else
#define PIN_TRIGGER D0
#define PIN_TTL_OUT D6
#endif
#define PIN_STATUS_LED LEDG
#define STATUS_LED_LIT 0  // the level at which it is lit

// The motion sensor of a Sense, on a bus of its own: `#define IMU_LSM6DS` in config.h.
#ifdef IMU_LSM6DS
#define IMU_WIRE Wire1
#define PIN_IMU_POWER PIN_LSM6DS3TR_C_POWER
#define PIN_IMU_INT1 PIN_LSM6DS3TR_C_INT1
#endif

// The board's own divider, 1 M over 510 k. It must stay on: off, the pin sees the whole cell.
#define PIN_BATTERY PIN_VBAT
#define PIN_BATTERY_ON PIN_VBAT_ENABLE
#define BATTERY_FULL_SCALE_MV 9771  // 3.3 V at the pin

#include "eight_seconds.h"
